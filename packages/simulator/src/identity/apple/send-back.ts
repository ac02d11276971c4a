import type { Context } from 'koa';
import { showPostPage } from '#src/post-page';
import { queryOf } from '../form.ts';
import { themes } from '../themes.ts';

/** Returns to the client in the requested response mode, with `state`. */
export const sendBack = (
  ctx: Context,
  redirectUri: string,
  answer: Readonly<Record<string, string>>,
): void => {
  const { state, response_mode: mode = 'query' } = queryOf(ctx);
  const fields = { ...(state !== undefined && { state }), ...answer };
  if (mode === 'form_post') {
    showPostPage(ctx, { theme: themes.apple, title: 'One more step', url: redirectUri, fields });
    return;
  }
  const url = new URL(redirectUri);
  const parameters = new URLSearchParams(fields);
  if (mode === 'fragment') url.hash = parameters.toString();
  else url.search = parameters.toString();
  ctx.redirect(url.href);
};
