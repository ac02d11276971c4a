// A proxy of node:http and nothing else, which buffers: what every figure is compared with.
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { adobe, headersFor, serve } from './minimum.ts';

const { hostname, port } = new URL(adobe);
const agent = new Agent({ keepAlive: true });

const collect = (message: IncomingMessage, done: (body: Buffer) => void): void => {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done(Buffer.concat(chunks)));
};

serve((incoming, outgoing) => {
  const { url: path, method } = incoming;
  const injected = headersFor(incoming.headers.authorization);
  if (!injected) return outgoing.writeHead(401).end();
  collect(incoming, (body) => {
    const headers: OutgoingHttpHeaders = { ...injected };
    if (body.length > 0) {
      headers['content-type'] = incoming.headers['content-type'];
      headers['content-length'] = body.length;
    }
    request({ hostname, port, path, method, headers, agent }, (answer) =>
      collect(answer, (bytes) => {
        const type = answer.headers['content-type'];
        outgoing.writeHead(answer.statusCode ?? 502, {
          'content-type': type,
          'content-length': bytes.length,
        });
        outgoing.end(bytes);
      }),
    )
      .on('error', () => outgoing.writeHead(502).end())
      .end(body);
  });
});
