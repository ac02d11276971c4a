import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import Koa from 'koa';
import { afterEach, expect, test } from 'vitest';
import type { GatewayState } from '#src/http/context';
import { createRequestScope, signalOf } from '#src/http/request-scope';
import { systemIds } from '#src/lib/ids';

let server: Server;
afterEach(() => void server.close());

/** Sends a request, gives its state once it runs, and goes away. */
const leave = async (whileThere: (state: GatewayState) => void): Promise<GatewayState> => {
  const app = new Koa<GatewayState>();
  const running = Promise.withResolvers<GatewayState>();
  const closed = Promise.withResolvers<void>();
  app.use(createRequestScope({ ids: systemIds }));
  app.use(async (ctx) => {
    whileThere(ctx.state);
    ctx.res.once('close', closed.resolve);
    running.resolve(ctx.state);
    await closed.promise;
  });
  server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const state = await running.promise;
  socket.destroy();
  await closed.promise;
  return state;
};

test('a signal that somebody asked for is aborted when the client goes away', async () => {
  const seen: AbortSignal[] = [];
  const state = await leave((present) => {
    const signal = signalOf(present);
    seen.push(signal);
    expect([signal.aborted, present.isGone]).toEqual([false, false]);
  });
  expect(state.isGone).toBe(true);
  expect(seen[0]?.aborted).toBe(true);
  expect(signalOf(state)).toBe(seen[0]);
});

test('one that is asked for afterwards is aborted from the start', async () => {
  const state = await leave(() => {});
  expect(signalOf(state).aborted).toBe(true);
});
