/**
 * The least that a gateway can do: find the bearer in a map, and know what Adobe is to be sent. And how a contender says
 * where it listens.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { viewerAt } from '../accounts/viewer.ts';
import { fewAccounts } from '../rows/row.ts';

/** `http://127.0.0.1:PORT` of the simulated Adobe. */
export const adobe = process.argv[2] ?? '';

const headersOf = (index: number) => {
  const { device, address } = viewerAt(index);
  return {
    authorization: 'Bearer adobe',
    'ad-service-token': 'x'.repeat(700),
    'ap-device-identifier': device,
    'x-device-info': 'e30=',
    'x-forwarded-for': address,
  };
};

const sessions = new Map(
  Array.from({ length: fewAccounts }, (_, index) => [
    `Bearer ${viewerAt(index).accessToken}`,
    headersOf(index),
  ]),
);

export const headersFor = (authorization: string | undefined): ReturnType<typeof headersOf> | undefined =>
  sessions.get(authorization ?? '');

export const serve = (handler: RequestListener): void => {
  const server = createServer(handler).listen(0, '127.0.0.1', () => tellOrigin(server));
};

export const tellOrigin = (server: Server): void => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.(`http://127.0.0.1:${address.port}`);
};
