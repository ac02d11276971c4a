/** One file for every page. Phone first; light or dark as the system is. */
export const stylesheet = `:root {
  color-scheme: light dark;
  --ground: #f4f5f8;
  --card: #ffffff;
  --ink: #16181d;
  --quiet: #5b6270;
  --line: #d9dce3;
  --accent: #2f4fd8;
  --accent-ink: #ffffff;
  --accent-soft: #eef1fd;
  --alert: #b3261e;
  --alert-soft: #fdeeed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101218;
    --card: #1a1d26;
    --ink: #f0f2f7;
    --quiet: #a4abba;
    --line: #343946;
    --accent: #8fa4ff;
    --accent-ink: #0d1230;
    --accent-soft: #23293f;
    --alert: #ffb4ab;
    --alert-soft: #3a2220;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  background: var(--ground);
  color: var(--ink);
  font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main {
  max-width: 27rem;
  margin: 0 auto;
  padding: max(1.25rem, 5vh) 1rem 2rem;
}
.brand {
  margin: 0 0 1rem;
  text-align: center;
  font-weight: 650;
  letter-spacing: 0.02em;
  color: var(--quiet);
}
.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 1.125rem;
  padding: 1.75rem 1.5rem;
}
.card > * { margin: 0; }
.card > * + * { margin-top: 1.125rem; }
.card > h1 + .lead { margin-top: 0.5rem; }
.card > form + form, .card > form + .button, .card > .button + form { margin-top: 0.75rem; }
h1 {
  font-size: 1.5rem;
  line-height: 1.25;
  letter-spacing: -0.01em;
  text-wrap: balance;
  overflow-wrap: anywhere;
}
p { overflow-wrap: anywhere; }
.lead, .hint { color: var(--quiet); }
.hint { font-size: 0.9375rem; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; }
input[type="text"] {
  width: 100%;
  padding: 0.75rem;
  margin-bottom: 1rem;
  border: 1px solid var(--quiet);
  border-radius: 0.75rem;
  background: var(--ground);
  color: inherit;
  font: 600 1.625rem/1.3 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  letter-spacing: 0.08em;
  text-align: center;
  text-transform: uppercase;
}
button, .button {
  display: block;
  width: 100%;
  min-height: 3rem;
  padding: 0.6875rem 1rem;
  border: 1px solid var(--accent);
  border-radius: 0.75rem;
  background: var(--accent);
  color: var(--accent-ink);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  overflow-wrap: anywhere;
  cursor: pointer;
}
.plain { background: transparent; border-color: var(--line); color: var(--ink); }
.link { background: transparent; border-color: transparent; color: var(--accent); }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.code {
  padding: 0.875rem 0.5rem;
  border-radius: 0.75rem;
  background: var(--accent-soft);
  text-align: center;
  font: 650 1.875rem/1.2 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  letter-spacing: 0.06em;
}
dl { border-top: 1px solid var(--line); }
dl div {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  column-gap: 1rem;
  padding: 0.625rem 0;
  border-bottom: 1px solid var(--line);
}
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; text-align: right; overflow-wrap: anywhere; }
.alert {
  padding: 0.75rem 0.875rem;
  border-radius: 0.75rem;
  background: var(--alert-soft);
  color: var(--alert);
  font-weight: 600;
}
.detail {
  padding: 0.75rem 0.875rem;
  border-radius: 0.75rem;
  background: var(--ground);
  color: var(--quiet);
  font-size: 0.875rem;
  overflow-wrap: anywhere;
}
.mark {
  width: 3.5rem;
  height: 3.5rem;
  border-radius: 50%;
  background: var(--accent-soft);
  color: var(--accent);
  font-size: 1.75rem;
  line-height: 3.5rem;
  text-align: center;
}
@media (prefers-reduced-motion: no-preference) {
  button, .button { transition: filter 120ms ease; }
}
`;
