import { expect, test } from 'vitest';
import { planLogout } from '#src/flows/plan-logout';

const noted = (app: string, mvpd: string, changes: object = {}) => ({
  serviceProvider: 'REF30',
  mvpd,
  type: 'regular',
  app,
  instance: app,
  credentials: app,
  notAfter: 2_000,
  foundAt: 500,
  ...changes,
});

const profiles = [
  noted('tv', 'Cablevision'),
  noted('web', 'Cablevision', { type: 'serviceTokenSSO' }),
  noted('web', 'Dish'),
  noted('phone', 'Spectrum', { ended: { at: 600, app: 'tv' } }),
  noted('phone', 'Proxy', { notAfter: 900 }),
];

/** `app mvpd profile basis`, with a star where Adobe is called. */
const plan = (app: string, scope: 'mvpd' | 'app' | 'family' | 'identity', mvpd?: string) =>
  planLogout(profiles, { scope, mvpd, serviceProvider: 'REF30', app, instance: app, now: 1_000 }).map(
    (line) => `${line.isCalled ? '*' : ''}${line.app} ${line.mvpd} ${line.profile} ${line.basis}`,
  );

test.each<[what: string, lines: string[], expected: string[]]>([
  [
    'one MVPD, from the device of the login',
    plan('tv', 'mvpd', 'Cablevision'),
    ['*tv Cablevision regular documented', 'web Cablevision serviceTokenSSO documented'],
  ],
  [
    'one MVPD, from another device: with its token, and in the name of the device of the login',
    plan('web', 'mvpd', 'Cablevision'),
    [
      'web Cablevision serviceTokenSSO documented',
      '*web Cablevision unknown documented',
      '*tv Cablevision regular expected',
    ],
  ],
  [
    'an app alone',
    plan('web', 'app'),
    ['web Cablevision serviceTokenSSO expected', '*web Dish regular expected'],
  ],
  [
    'everything',
    plan('tv', 'family'),
    [
      '*tv Cablevision regular documented',
      'web Cablevision serviceTokenSSO documented',
      '*web Dish regular expected',
    ],
  ],
  ['an MVPD of which nothing is noted', plan('tv', 'mvpd', 'Valley'), ['*tv Valley unknown documented']],
  ['an MVPD that an earlier logout has ended', plan('phone', 'mvpd', 'Spectrum'), []],
])('%s', (_what, lines, expected) => expect(lines).toEqual(expected));
