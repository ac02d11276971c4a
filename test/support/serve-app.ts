import { once } from 'node:events';
import { createServer } from 'node:http';
import type Koa from 'koa';
import { afterAll, beforeAll } from 'vitest';
import type { GatewayState } from '#src/http/context';

/** Serves an application on loopback during the tests of a file. Returns its origin, which is known once they run. */
export const serveApp = (app: Koa<GatewayState>): (() => string) => {
  const server = createServer(app.callback());
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void server.close());
  return () => {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  };
};
