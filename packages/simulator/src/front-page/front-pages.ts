import type { Fixtures, Subscription, User } from '#src/fixtures';
import { themes } from '#src/identity/themes';
import { html, type Markup } from '#src/lib/html';
import type { Origins, PartyName } from '#src/party';
import type { Site } from '#src/site';
import { createFrontPage, type FrontPage } from './front-page.ts';

interface Places {
  readonly origins: Origins;
  readonly fixtures: Pick<Fixtures, 'users' | 'mvpds'>;
}

type FrontPageName = Exclude<PartyName, 'adobe'>;

const row = (username: string, password: string): Markup =>
  html`<li><code>${username}</code>, password <code>${password}</code></li>`;

const users = ({ fixtures }: Places, emailOf: (user: User) => string): Markup =>
  html`<h2>Who can sign in</h2>
<ul>${fixtures.users.map((user) => row(emailOf(user), user.password))}</ul>`;

const subscribers = ({ users: all, mvpds }: Places['fixtures']): Markup => {
  const of = (mvpd: string): Subscription[] =>
    all.flatMap(({ subscriptions }) => subscriptions).filter((subscription) => subscription.mvpd === mvpd);
  return html`<h2>Who can sign in</h2>
${mvpds
  .filter(({ authentication }) => authentication !== undefined)
  .map(
    ({ id, displayName }) => html`<h3>${displayName} (${id})</h3>
<ul>${of(id).map(({ username, password }) => row(username, password))}</ul>
`,
  )}`;
};

const world = ({ origins }: Places) => ({
  href: `${origins.adobe}/`,
  label: 'The simulated world: who is signed in, recent calls, controls',
});

const discovery = (origin: string) => ({
  href: `${origin}/.well-known/openid-configuration`,
  label: 'Discovery document',
});

const provider = (
  places: Places,
  party: keyof typeof themes,
  page: Pick<FrontPage, 'name' | 'part'> & { readonly emailOf: (user: User) => string },
): FrontPage => ({
  name: page.name,
  part: page.part,
  theme: themes[party],
  people: users(places, page.emailOf),
  links: [discovery(places.origins[party]), world(places)],
});

const pages = (places: Places): Readonly<Record<FrontPageName, FrontPage>> => ({
  mvpd: {
    name: 'TV providers',
    part: 'Plays every TV provider (MVPD): subscribers sign in here, and Adobe Pass asks what they may watch.',
    people: subscribers(places.fixtures),
    links: [world(places)],
  },
  dtc: provider(places, 'dtc', {
    name: 'DTC account service',
    part: 'Plays the programmer’s own account service, an OpenID Provider.',
    emailOf: ({ dtc }) => dtc.email,
  }),
  google: provider(places, 'google', {
    name: 'Google',
    part: 'Plays Google as an identity provider.',
    emailOf: ({ google }) => google.email,
  }),
  facebook: provider(places, 'facebook', {
    name: 'Facebook',
    part: 'Plays Facebook as an identity provider: Facebook Login and the Graph API.',
    emailOf: ({ facebook }) => facebook.email,
  }),
  apple: provider(places, 'apple', {
    name: 'Apple',
    part: 'Plays Apple as an identity provider: Sign in with Apple.',
    emailOf: ({ apple }) => apple.email,
  }),
});

/** Of every party but Adobe Pass. */
export const createFrontPages = (places: Places): Readonly<Record<FrontPageName, Site>> => {
  const { mvpd, dtc, google, facebook, apple } = pages(places);
  return {
    mvpd: createFrontPage(mvpd),
    dtc: createFrontPage(dtc),
    google: createFrontPage(google),
    facebook: createFrontPage(facebook),
    apple: createFrontPage(apple),
  };
};
