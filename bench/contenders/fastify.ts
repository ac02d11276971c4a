// fastify with its proxy plugin, which streams and uses undici.
import replyFrom from '@fastify/reply-from';
import { fastify } from 'fastify';
import { adobe, headersFor, tellOrigin } from './minimum.ts';

const app = fastify();
await app.register(replyFrom, { base: adobe });
app.all('/*', (request, reply) => {
  const headers = headersFor(request.headers.authorization);
  if (!headers) return reply.code(401).send();
  return reply.from(request.url, { rewriteRequestHeaders: () => headers });
});
await app.listen({ port: 0, host: '127.0.0.1' });
tellOrigin(app.server);
