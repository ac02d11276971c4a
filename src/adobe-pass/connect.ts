import net, { isIP, type LookupFunction, type Socket } from 'node:net';
import tls from 'node:tls';
import type { buildConnector } from 'undici';
import { fail } from '#src/lib/errors';

interface Settings {
  readonly lookup: LookupFunction;
  /** Milliseconds for each of: look-up, connection, TLS. */
  readonly timeout: number;
}

/** Opens sockets to Adobe, and resumes the TLS session of the last verified one. Errors: also gateway_adobe_timeout. */
export const createConnect = ({ lookup, timeout }: Settings): buildConnector.connector => {
  let session: Buffer | undefined;
  const openTls = (target: Target): tls.TLSSocket => {
    const { host } = target;
    const options = { ...target, servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'] };
    const socket = tls.connect(session ? { ...options, session } : options);
    const forget = () => {
      session = undefined;
    };
    // Node tells of a session only once the certificate has been verified.
    return socket
      .on('session', (ticket) => {
        session = ticket;
      })
      .once('error', forget)
      .once('secureConnect', () => socket.off('error', forget));
  };

  return ({ hostname: host, port, protocol }, callback) => {
    const isTls = protocol === 'https:';
    const target = { host, port: Number(port) || (isTls ? 443 : 80), lookup, noDelay: true };
    const socket = isTls ? openTls(target) : net.connect(target);
    whenOpen(socket, isTls ? 'secureConnect' : 'connect', timeout, callback);
  };
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupFunction;
  readonly noDelay: boolean;
}

/** Calls back once. Each step has the whole time: one that ends gives it to the next. */
const whenOpen = (
  socket: Socket,
  event: string,
  timeout: number,
  callback: buildConnector.Callback,
): void => {
  const patience = setTimeout(() => {
    socket.destroy(fail('gateway_adobe_timeout', { detail: `not connected after ${timeout} ms` }));
  }, timeout);
  const next = () => patience.refresh();
  const failed = (error: Error) => {
    clearTimeout(patience);
    callback(error, null);
  };
  socket.on('lookup', next).on('connect', next).once('error', failed);
  socket.once(event, () => {
    clearTimeout(patience);
    socket.off('lookup', next).off('connect', next).off('error', failed);
    callback(null, socket);
  });
};
