// Koa and the gateway's own transport: what Kinpass needs beyond this is its own share.
import Koa from 'koa';
import { forward } from './forward.ts';
import { serve } from './minimum.ts';

const app = new Koa();
app.use(async (ctx) => {
  const answer = await forward(ctx.req);
  if (!answer) return ctx.throw(401);
  ctx.status = answer.status;
  ctx.set('Content-Type', answer.contentType ?? '');
  ctx.body = answer.body;
});
serve(app.callback());
