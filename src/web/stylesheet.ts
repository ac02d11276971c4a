import { mix } from '#src/lib/contrast';
import type { Palette, Palettes } from '#src/lib/palette';

const variables = (palette: Palette): string => `:root {
  --accent: ${palette.accent};
  --accent-text: ${palette.accentText};
  --background: ${palette.background};
  --card: ${palette.card};
  --text: ${palette.text};
  --quiet-text: ${palette.quietText};
  --border: ${palette.border};
  --line: ${mix(palette.border, palette.card, 0.65)};
}
`;

/** One file for every page of a brand: phone first, then laptop, then a TV; light or dark as the system is. */
export const stylesheet = ({ light, dark }: Palettes): string =>
  `${variables(light)}@media (prefers-color-scheme: dark) {
${variables(dark)}}
${colorsOfOthers}${rules}${media}`;

/** Those of alerts, and of buttons with the mark of an identity provider (docs/brand.md). */
const colorsOfOthers = `:root {
  color-scheme: light dark;
  --alert: #a3221b;
  --alert-background: #fdeeed;
  --provider: #ffffff;
  --provider-text: #1f1f1f;
  --provider-border: #747775;
}
@media (prefers-color-scheme: dark) {
  :root {
    --alert: #ffb4ab;
    --alert-background: #3a2220;
    --provider: #131314;
    --provider-text: #e3e3e3;
    --provider-border: #8e918f;
  }
}
`;

/** Nothing in here says left or right: in a right-to-left language every page is mirrored. */
const rules = `* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  display: flex;
  flex-direction: column;
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  padding: 1.5rem 1rem 1rem;
  background: var(--background);
  color: var(--text);
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
header, main, footer { width: 100%; max-width: 27rem; margin: 0 auto; }
main { flex: 1 0 auto; }
.brand { margin: 0 0 1.25rem; text-align: center; font-size: 1.25rem; font-weight: 700; }
.brand img {
  display: block;
  margin: 0 auto;
  width: auto;
  height: 2.75rem;
  max-width: 100%;
  object-fit: contain;
}
.card {
  padding: 1.75rem 1.25rem;
  border: 1px solid var(--line);
  border-radius: 1.25rem;
  background: var(--card);
}
.card > * { margin: 0; }
.card > * + * { margin-block-start: 1.25rem; }
.card > h1 + .lead { margin-block-start: 0.5rem; }
/* Korean is read by words, which browsers break anywhere. */
:lang(ko) { word-break: keep-all; }
h1 { font-size: 1.625rem; line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 0; font-size: 1.125rem; line-height: 1.3; }
.card > h2 + p { margin-block-start: 0.375rem; }
.lead, .hint { color: var(--quiet-text); }
.hint { font-size: 0.9375rem; }
label { display: block; margin-block-end: 0.375rem; font-weight: 600; }
input[type="search"] {
  flex: 1 1 auto;
  min-width: 0;
  padding: 0.75rem;
  border: 2px solid var(--border);
  border-radius: 0.875rem;
  background: var(--background);
  color: inherit;
  font: inherit;
}
.search > div { display: flex; }
.search button { flex: 0 0 auto; width: auto; margin-inline-start: 0.5rem; }
input[type="text"] {
  width: 100%;
  padding: 0.75rem;
  margin-block-end: 1rem;
  border: 2px solid var(--border);
  border-radius: 0.75rem;
  background: var(--background);
  color: inherit;
  font: 600 1.625rem/1.3 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  letter-spacing: 0.08em;
  text-align: center;
  text-transform: uppercase;
}
.actions > * + *, .pair > * + * { margin-block-start: 0.75rem; }
button, .button {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 100%;
  min-height: 3.25rem;
  padding: 0.75rem 1rem;
  border: 2px solid var(--accent);
  border-radius: 0.875rem;
  background: var(--accent);
  color: var(--accent-text);
  font: inherit;
  font-weight: 650;
  line-height: 1.3;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.plain { background: transparent; border-color: var(--border); color: var(--text); }
.link {
  background: transparent;
  border-color: transparent;
  min-height: 2.75rem;
  padding: 0.5rem 1rem;
  color: var(--text);
  font-weight: 600;
  text-decoration: underline;
  text-underline-offset: 0.2em;
}
.provider {
  background: var(--provider);
  border-color: var(--provider-border);
  color: var(--provider-text);
}
.provider img { flex: none; width: auto; height: 1.375rem; margin-inline-end: 0.75rem; }
.tv-provider {
  justify-content: flex-start;
  background: transparent;
  border-color: var(--border);
  color: var(--text);
  text-align: start;
}
/* Logos are made for white, also where the page is dark. The box keeps its size, and stays empty where a logo cannot be loaded. */
.tv-provider .logo {
  flex: none;
  order: 1;
  display: grid;
  place-items: center;
  width: 4.5rem;
  height: 2.25rem;
  padding: 0.1875rem;
  margin-inline-start: 0.875rem;
  border-radius: 0.375rem;
  background: #ffffff;
}
.tv-provider .logo img { max-width: 100%; max-height: 1.875rem; }
.tv-provider span { flex: 1 1 auto; min-width: 0; }
.tv-provider small { display: block; color: var(--quiet-text); font-weight: 500; }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 0.25rem solid var(--accent); outline-offset: 0.1875rem; }
.code {
  padding: 0.875rem 0.5rem;
  border-radius: 0.875rem;
  background: var(--background);
  text-align: center;
  font: 650 1.875rem/1.2 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  letter-spacing: 0.06em;
}
dl { border-block-start: 1px solid var(--line); }
dl div {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  column-gap: 1rem;
  padding: 0.625rem 0;
  border-block-end: 1px solid var(--line);
}
dt { color: var(--quiet-text); }
dd { margin: 0; font-weight: 600; text-align: end; }
.alert {
  padding: 0.75rem 0.875rem;
  border-radius: 0.75rem;
  background: var(--alert-background);
  color: var(--alert);
  font-weight: 600;
}
.detail {
  padding: 0.75rem 0.875rem;
  border-radius: 0.75rem;
  background: var(--background);
  color: var(--quiet-text);
  font-size: 0.875rem;
}
.reference { display: block; user-select: all; overflow-wrap: anywhere; }
.mark {
  width: 3.5rem;
  height: 3.5rem;
  border-radius: 50%;
  background: var(--accent);
  color: var(--accent-text);
  font-size: 1.75rem;
  line-height: 3.5rem;
  text-align: center;
}
.card ul { margin: 0.5rem 0 0; padding-inline-start: 1.25rem; }
.card li + li { margin-block-start: 0.5rem; }
.card a:not(.button) { color: var(--text); font-weight: 600; text-underline-offset: 0.2em; }
code.detail { display: block; margin-block-start: 0.375rem; }
footer ul {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  margin: 1.25rem 0 0;
  padding: 0;
  list-style: none;
  font-size: 0.9375rem;
}
footer a { display: block; padding: 0.5rem 0.75rem; border-radius: 0.5rem; color: var(--quiet-text); text-underline-offset: 0.2em; }
`;

/** A TV has no hover; its page stays within 95 % of the screen, which sets cut off, and is read from across a room. */
const media = `@media (min-width: 48rem) and (min-height: 40rem) {
  body { padding: 2rem 2rem 1rem; }
  header, main, footer { max-width: 30rem; }
  main { flex: 0 0 auto; }
  header, body > main:first-child { margin-block-start: auto; }
  footer, body > main:last-child { margin-block-end: auto; }
  .brand { font-size: 1.5rem; }
  .brand img { height: 3.25rem; }
  .card { padding: 2rem; box-shadow: 0 1.5rem 4rem rgb(0 0 0 / 8%); }
  .pair { display: flex; }
  .pair > * { flex: 1 1 0; }
  .pair > * + * { margin-block-start: 0; margin-inline-start: 0.75rem; }
  dl div { padding: 0.5rem 0; }
}
@media (min-width: 1600px) and (min-height: 800px) {
  html { font-size: 125%; }
}
@media (min-width: 1200px) and (min-height: 650px) and (hover: none), (min-width: 1200px) and (min-height: 650px) and (pointer: none) {
  html { font-size: 1.38vw; }
  body { padding: 5vh 5vw; }
  header, main, footer { max-width: 52rem; }
  .brand { margin-block-end: 1rem; }
  .card { padding: 1.5rem 2rem; }
  .card > * + * { margin-block-start: 1rem; }
  .card > .actions { display: flex; flex-wrap: wrap; align-items: center; margin: 0.75rem -0.375rem -0.375rem; }
  .actions > * { flex: 1 1 40%; margin: 0.375rem; }
  dl { column-count: 2; column-gap: 2rem; }
  dl div { break-inside: avoid; }
  footer ul { margin-block-start: 0.5rem; }
  :focus-visible { outline-width: 0.375rem; }
}
@media (prefers-reduced-motion: no-preference) {
  button, .button { transition: filter 120ms ease; }
}
@media (forced-colors: active) {
  .code, .alert, .mark { border: 2px solid CanvasText; }
  .link { border-color: LinkText; }
  :focus-visible { outline-color: Highlight; }
}
`;
