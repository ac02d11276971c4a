import { inWords } from '#src/duration';
import { html, type Markup } from '#src/lib/html';
import { button, hidden, select } from './forms.ts';
import { titleOf } from './people.ts';
import type { WorldView } from './view.ts';

const form = (token: string, action: string, content: Markup): Markup =>
  html`<form class="row" method="post" action="/_world/do">${hidden({ token, action })}${content}</form>`;

const timeSection = ({ ahead }: WorldView, token: string): Markup => html`<section><h2>Clock</h2>
<p class="small soft">${ahead === 0 ? 'The simulated clock shows real time.' : `The simulated clock is ${inWords(ahead)} ahead.`}
Clients stay in real time.</p>
${['10m', '1h', '1d', '31d'].map((by) => button(token, 'advance', { label: `+ ${by}`, fields: { by } }))}
${form(token, 'advance', html`<input name="by" aria-label="how far" placeholder="90s, 2h, 7d" required><button>Advance</button>`)}
</section>`;

const rules = [
  ['AuthNAll', 'AuthNAll: no login needed'],
  ['AuthZAll', 'AuthZAll: everything is permitted'],
  ['AuthZNone', 'AuthZNone: everything is denied'],
] as const;

const degradationPart = (
  { degradations, mvpds, serviceProviders, now }: WorldView,
  token: string,
): Markup => {
  const providers = mvpds.filter(({ isTempPass }) => !isTempPass).map(({ id, name }) => [id, name] as const);
  const brands = serviceProviders.map((id) => [id, id] as const);
  return html`<h3>Degradation</h3><ul class="plain">${degradations.map(
    ({ rule, mvpd, serviceProvider, until }) => html`<li><span class="chip warn">${rule}</span>
${mvpd === '*' ? 'all' : mvpd}${serviceProvider === '*' ? '' : ` for ${serviceProvider}`}
${until === null ? '' : html`<span class="small soft">${inWords(until - now)}</span>`}<span class="push">${button(
      token,
      'endDegradation',
      { label: 'End', fields: { mvpd, serviceProvider } },
    )}</span></li>`,
  )}</ul>
${form(
  token,
  'degrade',
  html`${select('rule', 'rule', rules)}${select('mvpd', 'TV provider', [['*', 'all TV providers'], ...providers])}
${select('serviceProvider', 'brand', [['*', 'all brands'], ...brands])}<button>Degrade</button>`,
)}`;
};

const mvpdSection = (world: WorldView, token: string): Markup => html`<section><h2>TV providers</h2>
<ul class="plain">${world.mvpds
  .filter(({ isTempPass }) => !isTempPass)
  .map(
    ({ id, name, isDown }) => html`<li>${name} ${isDown ? html`<span class="chip bad">down</span>` : ''}
<span class="push">${button(token, isDown ? 'endOutage' : 'startOutage', {
      label: isDown ? 'End outage' : 'Take down',
      fields: { mvpd: id },
    })}</span></li>`,
  )}</ul>${degradationPart(world, token)}</section>`;

const scenarioSection = ({ running, shipped, faults }: WorldView, token: string): Markup => html`<section>
<h2>Scenarios and faults</h2>
<ul class="plain">${running.map(
  ({ name, title, said }) => html`<li class="tight"><strong>${title}</strong>
<span class="push">${button(token, 'stopScenario', { label: 'Stop', fields: { name } })}</span>
<div class="small soft whole">${said.map(({ at, text }) => html`${at.slice(11, 19)} ${text}<br>`)}</div></li>`,
)}</ul>
${form(
  token,
  'startScenario',
  html`${select(
    'name',
    'scenario',
    shipped.map(({ name, title }) => [name, title] as const),
  )}<button>Start</button>`,
)}
<h3>Injected faults</h3>
${faults.length === 0 ? html`<p class="empty small">None.</p>` : ''}
<ul class="plain small">${faults.map(
  ({ id, name, fault, match, met }) => html`<li><code>${fault.kind}</code>
${name ?? ([match.party, match.operation, match.path].filter(Boolean).join(' ') || 'all calls')}
<span class="soft">affected ${String(met)}</span><span class="push">${button(token, 'removeFault', {
    label: 'Remove',
    fields: { id },
  })}</span></li>`,
)}</ul></section>`;

const partiesSection = ({ origins }: WorldView, token: string): Markup => html`<section><h2>Parties</h2>
<ul class="plain origins small">${Object.entries(origins).map(
  ([party, origin]) => html`<li><span>${titleOf(party)}</span><code>${origin}</code></li>`,
)}</ul>
<p class="small"><a href="/_control">Control API</a> · <a href="/_control/fixtures">Fixtures</a></p>
${button(token, 'reset', { label: 'Reset the world', look: 'bad' })}
</section>`;

/** The controls of the page. */
export const controls = (world: WorldView, token: string): Markup =>
  html`${[timeSection, mvpdSection, scenarioSection, partiesSection].map((section) => section(world, token))}`;
