import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import getRawBody from 'raw-body';

interface Received {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** Whoever the providers announce things to: keeps what came, and answers as told. */
export const startReceiver = async (answer: { status: number; body?: string } = { status: 200 }) => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await getRawBody(request, { encoding: 'utf8' });
    received.push({ path: request.url ?? '', contentType: request.headers['content-type'] ?? '', body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    received,
    /** The last one's form field. */
    field: (name: string): string => new URLSearchParams(received.at(-1)?.body).get(name) ?? '',
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
