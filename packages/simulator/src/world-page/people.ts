import { inWords } from '#src/duration';
import { html, type Markup } from '#src/lib/html';
import { button } from './forms.ts';
import type { ProfileRow } from './profiles.ts';
import type { UserRow, WorldView } from './view.ts';

const titles: Readonly<Record<string, string>> = {
  adobe: 'Adobe Pass',
  mvpd: 'TV providers',
  dtc: 'DTC',
  google: 'Google',
  facebook: 'Facebook',
  apple: 'Apple',
};

export const titleOf = (party: string): string => titles[party] ?? party;

const identities = ({ identities: signedIn }: UserRow): Markup => {
  if (signedIn.length === 0) return html`<span class="soft small">not signed in</span>`;
  const browsers = Map.groupBy(signedIn, ({ party }) => party);
  return html`${[...browsers].map(
    ([party, { length }]) =>
      html`<span class="chip good">${titleOf(party)}${length > 1 ? ` × ${length}` : ''}</span>`,
  )}`;
};

const subscriptions = ({ subscriptions: all }: UserRow, token: string): Markup =>
  html`${all.map(
    ({ mvpd, userId, username, password, resources, browsers }) => html`<div class="account">
<strong>${mvpd}</strong> <span class="soft small">${resources.join(', ')}</span>
${browsers > 0 ? html`<span class="chip good">signed in</span>${button(token, 'signOut', { label: 'Log out', fields: { mvpd, userId } })}` : ''}
<div class="small soft"><code>${username}</code> <code>${password}</code></div></div>`,
  )}`;

/** The users, where their browsers are signed in, and their credentials. */
export const peopleSection = ({ users }: WorldView, token: string): Markup => html`<section>
<h2>Users and sessions</h2><div class="scroll"><table>
<tr><th>User</th><th>Identity providers</th><th>TV providers</th></tr>
${users.map(
  (user) => html`<tr><td><strong>${user.name}</strong><div class="small soft"><code>${user.id}</code>
<code>${user.password}</code></div></td><td>${identities(user)}</td><td>${subscriptions(user, token)}</td></tr>`,
)}</table></div></section>`;

const chipOf = ({ type, invalidated }: ProfileRow): Markup =>
  html`<span class="chip">${type}</span>${invalidated ? html`<span class="chip bad">invalidated</span>` : ''}`;

const remaining = ({ from, until }: ProfileRow, now: number): Markup => {
  const whole = Math.max(1, until - from);
  const left = Math.max(0, until - now);
  return html`${inWords(left)}<progress max="1000" value="${String(Math.round((left / whole) * 1000))}"
aria-label="remaining lifetime"></progress>`;
};

const codeChip = ({ code, serviceProvider, mvpd, until }: WorldView['codes'][number], now: number): Markup =>
  html`<span class="chip"><code>${code}</code> ${serviceProvider}${mvpd === null ? '' : ` at ${mvpd}`}, ${inWords(until - now)}</span>`;

/** The profiles that Adobe Pass holds, with their remaining lifetime. */
export const profilesSection = ({ profiles, codes, now }: WorldView): Markup => html`<section>
<h2>Profiles at Adobe Pass</h2>${
  profiles.length === 0
    ? html`<p class="empty">No profiles yet. A device gets one when its viewer signs in at a TV provider.</p>`
    : html`<div class="scroll"><table>
<tr><th>Viewer</th><th>TV provider</th><th>Brand</th><th>Kind</th><th class="wide">Where</th><th>Remaining</th></tr>
${profiles.map(
  (
    row,
  ) => html`<tr><td>${row.who}</td><td>${row.mvpd}</td><td>${row.serviceProvider}</td><td>${chipOf(row)}</td>
<td class="wide small">${row.where}</td><td>${remaining(row, now)}</td></tr>`,
)}</table></div>`
}
${codes.length === 0 ? '' : html`<h3>Open authentication codes</h3>${codes.map((code) => codeChip(code, now))}`}</section>`;
