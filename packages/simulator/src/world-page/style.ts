/** The inlined style sheet, light and dark, for desktop and phone. */
export const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --line: #e3e6ea; --ink: #1d2733; --soft: #5c6977;
  --accent: #2457c5; --on-accent: #fff; --good: #18794e; --warn: #9a5b00; --bad: #b42318; --tint: #eef2fb; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --card: #1a2029; --line: #2b3440; --ink: #e4e9f0; --soft: #9aa7b6;
    --accent: #7ea6f8; --on-accent: #0e1624; --good: #5cc994; --warn: #e5b567; --bad: #f28b82; --tint: #202a3a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding: 1.25rem 1.5rem .25rem;
  max-width: 88rem; margin: 0 auto; }
h1 { font-size: 1.25rem; margin: 0; letter-spacing: -.01em; }
h2 { font-size: .95rem; margin: 0 0 .6rem; }
h3 { font-size: .85rem; margin: 1rem 0 .35rem; color: var(--soft); font-weight: 600; }
.clock { font-variant-numeric: tabular-nums; color: var(--soft); }
.clock strong { color: var(--ink); font-weight: 600; }
.live { margin-left: auto; color: var(--soft); font-size: .85rem; }
.live::before { content: ""; display: inline-block; width: .55rem; height: .55rem; border-radius: 50%;
  background: var(--line); margin-right: .4rem; }
.live.on::before { background: var(--good); }
main { display: grid; grid-template-columns: minmax(0, 1fr) 21rem; gap: 1rem; padding: 1rem 1.5rem 3rem;
  max-width: 88rem; margin: 0 auto; align-items: start; }
.column { display: grid; gap: 1rem; min-width: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.15rem;
  min-width: 0; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-size: .78rem; font-weight: 600; color: var(--soft); padding: 0 .75rem .3rem 0; }
td { border-top: 1px solid var(--line); padding: .45rem .75rem .45rem 0; vertical-align: top; }
.scroll { overflow-x: auto; }
.soft, .empty { color: var(--soft); }
.empty { margin: 0; }
.small { font-size: .82rem; }
code, .mono { font: .85em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.chip { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; margin: .1rem .2rem .1rem 0; font-size: .8rem;
  border: 1px solid var(--line); white-space: nowrap; }
.chip.good { color: var(--good); border-color: currentColor; }
.chip.warn { color: var(--warn); border-color: currentColor; }
.chip.bad { color: var(--bad); border-color: currentColor; }
progress { width: 100%; min-width: 5rem; height: .4rem; appearance: none; border: 0; border-radius: 1rem;
  background: var(--line); overflow: hidden; display: block; margin-top: .3rem; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
form { margin: 0; }
form.row { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .35rem 0; }
form.inline { display: inline; }
button, select, input { font: inherit; font-size: .86rem; color: inherit; border: 1px solid var(--line);
  border-radius: .45rem; background: var(--card); padding: .3rem .65rem; min-height: 2.1rem; }
button { cursor: pointer; }
button:hover { background: var(--tint); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.main:hover { filter: brightness(1.08); }
button.bad { color: var(--bad); }
select, input { flex: 1 1 6rem; min-width: 0; }
select[name=rule], select[name=mvpd] { flex-basis: 100%; }
.account + .account { margin-top: .4rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain li { border-top: 1px solid var(--line); padding: .45rem 0; display: flex; gap: .5rem; flex-wrap: wrap;
  align-items: center; }
ul.plain li:first-child { border-top: 0; }
ul.plain .push { margin-left: auto; }
ul.plain .tight { flex-wrap: wrap; } ul.plain .tight strong { flex: 1; font-weight: 600; } .whole { flex-basis: 100%; }
.origins li { justify-content: space-between; }
a { color: var(--accent); }
details.call { border-top: 1px solid var(--line); }
details.call summary { display: grid; grid-template-columns: 4.6rem 6.6rem 2.4rem minmax(0, 1fr) auto; gap: .6rem;
  padding: .4rem 0; cursor: pointer; list-style: none; align-items: baseline; }
details.call summary::-webkit-details-marker { display: none; }
details.call summary:hover { background: var(--tint); }
details.call .path { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
details.call dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .8rem;
  margin: .2rem 0 .8rem; padding: .7rem .9rem; background: var(--ground); border-radius: .5rem; }
details.call dt { color: var(--soft); }
dd { margin: 0; }
.status-2 { color: var(--good); } .status-3 { color: var(--soft); }
.status-4 { color: var(--warn); } .status-5, .status-0 { color: var(--bad); }
.problem { border-color: var(--bad); color: var(--bad); }
@media (max-width: 60rem) {
  main { display: flex; flex-direction: column; align-items: stretch; } .column { display: contents; }
  .calls { order: 1; } }
@media (max-width: 40rem) {
  header { padding: 1rem 1rem 0; } main { padding: .75rem .75rem 2rem; } .live { margin-left: 0; }
  details.call summary { grid-template-columns: 4.4rem 6.6rem minmax(0, 1fr) auto; }
  details.call .path { grid-column: 1 / -1; white-space: normal; overflow-wrap: anywhere; }
  details.call dl { grid-template-columns: minmax(0, 1fr); } details.call dt { margin-top: .3rem; }
  table, tbody, tr, td { display: block; } tr:first-child { display: none; }
  td { border: 0; padding: .1rem 0; } tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  .wide { display: none; } }
`;
