// The gateway's own transport with nothing of the gateway around it.
import { createTransport } from '#src/adobe-pass/transport';
import { systemClock } from '#src/lib/clock';
import { adobe, headersFor, serve } from './minimum.ts';

const transport = createTransport({ hostname: '127.0.0.1', connectTimeout: 2_000, clock: systemClock });

const textOf = async (message: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

serve(async (incoming, outgoing) => {
  const injected = headersFor(incoming.headers.authorization);
  if (!injected) return outgoing.writeHead(401).end();
  const posts = incoming.method === 'POST';
  const type = incoming.headers['content-type'] ?? '';
  const { status, headers, body } = await transport.send({
    method: posts ? 'POST' : 'GET',
    url: new URL(`${adobe}${incoming.url}`),
    headers: posts ? { ...injected, 'content-type': type } : injected,
    body: posts ? await textOf(incoming) : undefined,
    timeout: 10_000,
  });
  outgoing.writeHead(status, { 'content-type': headers['content-type'], 'content-length': body.length });
  outgoing.end(body);
});
