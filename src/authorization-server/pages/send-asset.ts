import type Koa from 'koa';
import type { Asset } from '#src/web/asset';

/** The path changes with the content. An image is only ever an image: nothing in it runs or loads, opened by itself. */
export const sendAsset = (ctx: Pick<Koa.Context, 'set' | 'body'>, { type, body }: Asset): void => {
  ctx.set({
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
  ctx.body = typeof body === 'string' ? body : Buffer.from(body);
};
