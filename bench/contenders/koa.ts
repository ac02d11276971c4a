// Koa that answers by itself: the yardstick of what needs no call to Adobe.
import Koa from 'koa';
import { serve } from './minimum.ts';

const keys = {
  keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'a'.repeat(43), e: 'AQAB', n: 'n'.repeat(342) }],
};

const app = new Koa();
app.use((ctx) => {
  ctx.body = keys;
});
serve(app.callback());
