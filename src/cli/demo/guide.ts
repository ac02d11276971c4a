import type { Simulator } from '@kinpass/simulator';
import type { Guide, GuideEntry } from '#src/web/pages/guide';

interface Places {
  readonly origin: string;
  readonly adminOrigin: string;
  readonly simulator: Pick<Simulator, 'origins' | 'fixtures'>;
}

type Entries = readonly GuideEntry[];

/** The first page of the demo: what it is, what runs, who can sign in, and what to try. */
export const demoGuide = (places: Places): Guide => ({
  title: 'Kinpass is running',
  lead:
    'Kinpass is a single sign-on gateway for families of TV apps on Adobe Pass REST API V2. ' +
    'This demo runs it with a simulated world on this machine alone: Adobe Pass, TV providers and identity providers.',
  sections: [
    { title: 'Next steps', entries: nextSteps(places) },
    { title: 'Who can sign in', entries: users(places) },
    { title: 'What runs', entries: servers(places) },
  ],
});

const nextSteps = ({ origin, simulator: { origins } }: Places): Entries => [
  {
    label: 'Get a code, as a TV does',
    detail: 'then open its verification_uri_complete',
    command: `curl -d client_id=ref30-tv ${origin}/device/auth`,
  },
  { label: 'Enter a code', href: '/device', detail: 'the page that a TV sends its viewer to' },
  {
    label: 'Watch the simulated world',
    href: `${origins.adobe}/`,
    detail: 'sign-ins, recent calls, controls',
  },
  { label: 'Play the story', detail: 'a family signs in on four devices', command: 'npx kinpass story' },
  { label: 'How apps sign in', href: '/.well-known/openid-configuration', detail: 'OpenID configuration' },
  { label: 'Read on', detail: 'README.md and docs/ of this package; docs/apps.md is for developers of apps' },
];

const users = ({ simulator: { fixtures } }: Places): Entries =>
  fixtures.users.map(({ id, password, google, subscriptions }) => ({
    label: `${id}, password ${password}`,
    detail: [
      `Google: ${google.email}`,
      ...subscriptions.map(
        ({ mvpd, username, password: secret }) => `${mvpd}: ${username}, password ${secret}`,
      ),
    ].join('; '),
  }));

const servers = ({ origin, adminOrigin, simulator: { origins } }: Places): Entries => [
  { label: 'Gateway', href: `${origin}/`, detail: 'for apps and browsers; this page' },
  // Without a link: it serves no browsers (docs/admin.md).
  {
    label: 'Admin listener',
    detail: 'readiness; / lists its paths',
    command: `curl ${adminOrigin}/readyz`,
  },
  { label: 'Adobe Pass', href: `${origins.adobe}/`, detail: 'simulated, like all of the following' },
  { label: 'TV providers', href: `${origins.mvpd}/` },
  { label: 'DTC', href: `${origins.dtc}/` },
  { label: 'Google', href: `${origins.google}/` },
  { label: 'Facebook', href: `${origins.facebook}/` },
  { label: 'Apple', href: `${origins.apple}/` },
];
