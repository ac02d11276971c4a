// What a team would write first: Koa, a map of sessions, a token by jose that is kept with the session, got, and the
// answer as an object.
import { generateKeyPairSync } from 'node:crypto';
import got from 'got';
import { SignJWT } from 'jose';
import Koa from 'koa';
import { adobe, headersFor, serve } from './minimum.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const tokens = new Map<string, string>();

const tokenFor = async (bearer: string): Promise<string> => {
  const kept = tokens.get(bearer);
  if (kept) return kept;
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setSubject(bearer)
    .setIssuer('https://sso.example')
    .setAudience('adobe')
    .setExpirationTime('1h')
    .sign(privateKey);
  tokens.set(bearer, token);
  return token;
};

const app = new Koa();
app.use(async (ctx) => {
  const bearer = ctx.get('authorization');
  const headers = headersFor(bearer);
  if (!headers) ctx.throw(401);
  const chunks: Buffer[] = [];
  if (ctx.method === 'POST') for await (const chunk of ctx.req) chunks.push(chunk);
  ctx.body = await got(`${adobe}${ctx.path}`, {
    method: ctx.method === 'POST' ? 'POST' : 'GET',
    headers: { ...headers, 'ad-service-token': await tokenFor(bearer) },
    ...(chunks.length > 0 && { json: JSON.parse(Buffer.concat(chunks).toString()) }),
  }).json();
});
serve(app.callback());
