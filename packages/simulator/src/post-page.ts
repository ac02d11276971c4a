import { createHash } from 'node:crypto';
import type Koa from 'koa';
import { html } from '#src/lib/html';
import { showPage, type Theme } from '#src/page';

const script = 'document.forms[0].submit()';
const scriptHash = createHash('sha256').update(script).digest('base64');

/** A page whose form submits itself; without script, the user presses its button. */
export const showPostPage = (
  ctx: Koa.Context,
  {
    title,
    url,
    fields,
    theme,
  }: { title: string; url: string; fields: Readonly<Record<string, string>>; theme?: Theme },
): void => {
  showPage(ctx, {
    status: 200,
    title,
    ...(theme && { theme }),
    content: html`
<form method="post" action="${url}">
${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Continue</button>
</form>
<script>${{ markup: script }}</script>`,
  });
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set('Content-Security-Policy', `${policy}; script-src 'sha256-${scriptHash}'`);
};
