import { createHash } from 'node:crypto';
import type Koa from 'koa';
import { html, type Markup } from '#src/lib/html';

/** The look of one party's pages. */
export interface Theme {
  /** The name shown above the title. */
  readonly mark: string;
  /** CSS colors and a length; `accent` is the background of white text. */
  readonly accent: string;
  readonly background: string;
  readonly radius: string;
}

const plain: Theme = { mark: '', accent: '#1d4ed8', background: '#f3f4f6', radius: '.4rem' };

const styleOf = ({ accent, background, radius }: Theme): string => `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: ${background}; color: #1f2937; }
main { max-width: 26rem; margin: 8vh auto; padding: 2rem; background: #fff; border-radius: .75rem;
  box-shadow: 0 1px 8px rgb(0 0 0 / 12%); }
.mark { margin: 0 0 .5rem; color: ${accent}; font-weight: 700; letter-spacing: -.01em; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: .75rem 0 .25rem; }
ul { margin: 0; padding-left: 1.25rem; }
label { display: block; margin: .75rem 0; }
input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid #9ca3af;
  border-radius: .4rem; }
input[type=radio] { width: auto; margin-right: .5rem; }
button { width: 100%; margin-top: .75rem; padding: .7rem; font: inherit; color: #fff; background: ${accent};
  border: 0; border-radius: ${radius}; cursor: pointer; }
button.quiet { color: inherit; background: none; }
code { background: #f3f4f6; padding: .1rem .3rem; border-radius: .25rem; white-space: nowrap; }
.hint { color: #6b7280; font-size: .875rem; }
.wrong { color: #b91c1c; }
`;

/** Responds with a page that works without script. */
export const showPage = (
  ctx: Koa.Context,
  {
    status,
    title,
    content,
    theme = plain,
  }: { status: number; title: string; content: Markup; theme?: Theme },
): void => {
  const style = styleOf(theme);
  const styleHash = createHash('sha256').update(style).digest('base64');
  ctx.status = status;
  ctx.set({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // No form-action: browsers also apply it to redirects after a form post, and these lead to any app.
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  });
  ctx.body = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ markup: style }}</style></head>
<body><main>${theme.mark === '' ? html`` : html`<p class="mark">${theme.mark}</p>`}<h1>${title}</h1>
${content}
</main></body>
</html>
`.markup;
};
