import { type Brand, inLanguage } from './brand.ts';
import { type Html, html, toText } from './html.ts';
import { directionOf, type Messages } from './messages.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** A symbol of the outcome, above the title. */
  readonly mark?: '✓' | '×' | '!' | undefined;
}

const logoImage = ({ src, dark, alt }: NonNullable<Brand['logo']>, language: string): Html =>
  html`<picture>${
    dark !== undefined && html`<source media="(prefers-color-scheme: dark)" srcset="${dark}">`
  }<img src="${src}" alt="${inLanguage(alt, language)}"></picture>`;

const header = ({ name, logo }: Brand, language: string): Html | false =>
  (logo ?? name) !== undefined &&
  html`<header>
<p class="brand">${logo ? logoImage(logo, language) : inLanguage(name, language)}</p>
</header>
`;

const footer = (texts: Messages, { links }: Brand): Html | false => {
  const rows = (['terms', 'privacy', 'help'] as const).flatMap((kind) => {
    const href = inLanguage(links[kind], texts.language);
    return href === undefined ? [] : [html`<li><a href="${href}">${texts[kind]}</a></li>`];
  });
  return (
    rows.length > 0 &&
    html`<footer>
<ul>${rows}</ul>
</footer>
`
  );
};

/** What all pages of a brand have in common in one language. */
interface Frame {
  readonly name: string | undefined;
  /** Up to the title. */
  readonly start: Html;
  /** Between the title and the card. */
  readonly middle: Html;
  /** After the card. */
  readonly end: Html;
}

const frameOf = (texts: Messages, brand: Brand): Frame => ({
  name: inLanguage(brand.name, texts.language),
  start: html`<!doctype html>
<html lang="${texts.language}" dir="${directionOf(texts.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
`,
  middle: html`
${
  brand.favicon !== undefined &&
  html`<link rel="icon" href="${brand.favicon}">
`
}${brand.stylesheets.map(
  (href) => html`<link rel="stylesheet" href="${href}">
`,
)}</head>
<body>
${header(brand, texts.language)}`,
  end: html`
${footer(texts, brand)}</body>
</html>
`,
});

const frames = new WeakMap<Brand, Map<string, Frame>>();

/** Made once: brands live as long as the settings. */
const keptFrameOf = (texts: Messages, brand: Brand): Frame => {
  const ofBrand = frames.get(brand) ?? new Map<string, Frame>();
  const frame = ofBrand.get(texts.language) ?? frameOf(texts, brand);
  frames.set(brand, ofBrand.set(texts.language, frame));
  return frame;
};

/** The HTML document of a page, for one brand. */
export const layout = (texts: Messages, brand: Brand, { title, body, mark }: Page): string => {
  const { name, start, middle, end } = keptFrameOf(texts, brand);
  return toText(html`${start}<title>${name === undefined ? title : `${title} · ${name}`}</title>${middle}<main>
<div class="card">
${mark && html`<p class="mark" aria-hidden="true">${mark}</p>`}
<h1>${title}</h1>
${body}
</div>
</main>${end}`);
};
