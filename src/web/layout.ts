import { createHash } from 'node:crypto';
import { type Html, html, toText } from './html.ts';
import { directionOf, type Messages } from './messages.ts';
import { stylesheet } from './stylesheet.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** A symbol of the outcome, above the title. */
  readonly mark?: '✓' | '×' | '!' | undefined;
}

/** Until a page has a brand of its own. */
const brand = 'Kinpass';

export const stylesheetPath = '/assets/kinpass.css';

/** Changes with the stylesheet, so that browsers may cache it. */
const version = createHash('sha256').update(stylesheet).digest('base64url').slice(0, 10);

/** The HTML document of a page. */
export const layout = (texts: Messages, { title, body, mark }: Page): string =>
  toText(html`<!doctype html>
<html lang="${texts.language}" dir="${directionOf(texts.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${brand}</title>
<link rel="stylesheet" href="${stylesheetPath}?v=${version}">
</head>
<body>
<main>
<p class="brand">${brand}</p>
<section class="card">
${mark && html`<p class="mark" aria-hidden="true">${mark}</p>`}
<h1>${title}</h1>
${body}
</section>
</main>
</body>
</html>
`);
