// Koa that answers by itself: the yardstick of what needs no call to Adobe.
import Koa from 'koa';
import { serve } from './minimum.ts';

const keys = {
  keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'a'.repeat(43), e: 'AQAB', n: 'n'.repeat(342) }],
};

/** As long as that of the authorization server. */
const metadata = Object.fromEntries(
  Array.from({ length: 27 }, (_, index) => [
    `endpoint_number_${index}`,
    `https://sso.ref.example/${'p'.repeat(24)}`,
  ]),
);

const app = new Koa();
app.use((ctx) => {
  ctx.body = ctx.path === '/metadata' ? metadata : keys;
});
serve(app.callback());
