import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';

/** A Koa application of one function, on loopback. */
export const startKoa = async (handle: (ctx: Koa.Context) => unknown) => {
  const application = new Koa();
  application.silent = true;
  application.use(async (ctx) => {
    await handle(ctx);
  });
  const server = createServer(application.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
