// Every socket that a test opens ends on this machine: anything else is a bug in the test.
import net from 'node:net';

const allowed = new Set(['localhost', '127.0.0.1', '::1', '::ffff:127.0.0.1']);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof first === 'object' && first !== null && 'host' in first ? first.host : undefined;
  // No DNS but a test's own has names under `.test` (RFC 6761 §6.2).
  const isOurs = typeof host === 'string' && (host.startsWith('127.') || host.endsWith('.test'));
  if (typeof host === 'string' && !allowed.has(host) && !isOurs) {
    throw new Error(`a test tried to reach ${host}; tests talk to loopback only`);
  }
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;
