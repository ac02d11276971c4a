/** One call through the gateway's own transport, with nothing else of the gateway. */
import type { IncomingMessage } from 'node:http';
import { createTransport, type TransportResponse } from '#src/adobe-pass/transport';
import { systemClock } from '#src/lib/clock';
import { adobe, headersFor } from './minimum.ts';

const transport = createTransport({ origin: adobe, connectTimeout: 2_000, clock: systemClock });

const textOf = async (message: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** Undefined for a bearer that is not known. */
export const forward = async (incoming: IncomingMessage): Promise<TransportResponse | undefined> => {
  const injected = headersFor(incoming.headers.authorization);
  if (!injected) return undefined;
  const posts = incoming.method === 'POST';
  const type = incoming.headers['content-type'] ?? '';
  return transport.send({
    method: posts ? 'POST' : 'GET',
    path: incoming.url ?? '/',
    headers: posts ? { ...injected, 'content-type': type } : injected,
    body: posts ? await textOf(incoming) : undefined,
    timeout: 10_000,
  });
};
