import { describe, expect, test } from 'vitest';
import type { RefusalCode } from '#src/families/import/refusal';
import { importInto } from '../../support/import-lines.ts';
import {
  account,
  ana,
  at,
  ben,
  credentials,
  madeOfChloe,
  ofAna,
  ofNobody,
  start,
  stateOf,
  tvOf,
} from './lines.ts';

type Case = readonly [what: string, lines: readonly unknown[], refused: readonly string[]];

const cases: Record<RefusalCode, readonly [Case, ...Case[]]> = {
  line_invalid: [
    ['that is not JSON', ['{"type":'], ['1 - line_invalid']],
    ['that could not be read', [undefined], ['1 - line_invalid']],
    ['that is no object', [[]], ['1 - line_invalid']],
    ['of another type', [{ type: 'viewer' }], ['1 type line_invalid']],
    ['with a member too many', [{ ...ana, email: 'ana@example.com' }], ['1 email line_invalid']],
    ['without identities', [account('a')], ['1 identities line_invalid']],
    ['with a blank subject', [account(' ', at('dtc', 'x'))], ['1 subject line_invalid']],
    ['with an invisible subject', [account('a\u200b', at('dtc', 'x'))], ['1 subject line_invalid']],
    [
      'with a subject that is too long',
      [account('a'.repeat(256), at('dtc', 'x'))],
      ['1 subject line_invalid'],
    ],
    ['with an empty identity', [account('a', at('dtc', ''))], ['1 identities.0.subject line_invalid']],
    [
      'with two identities of an issuer',
      [account('a', at('dtc', 'x'), at('dtc', 'y'))],
      ['1 identities line_invalid'],
    ],
    ['with a bare device id', [credentials('c9', { device: 'tv 1' })], ['1 device line_invalid']],
    ['with a short secret', [credentials('c9', { clientSecret: 'secret' })], ['1 clientSecret line_invalid']],
    ['with a space in the client id', [credentials('c 9')], ['1 clientId line_invalid']],
  ],
  family_unknown: [['of another family', [{ ...ana, family: 'nobody' }], ['1 family family_unknown']]],
  app_unknown: [['of another app', [credentials('c9', { app: 'none' })], ['1 app app_unknown']]],
  service_provider_unknown: [
    [
      'of a service provider of others',
      [credentials('c9', { serviceProvider: 'REF40' })],
      ['1 serviceProvider service_provider_unknown'],
    ],
  ],
  issuer_unknown: [
    [
      'of an issuer that the family does not use',
      [account('a', at('dtc', 'x'), at('other', 'y'))],
      ['1 identities.1.issuer issuer_unknown'],
    ],
    [
      'of a viewer of such an issuer',
      [credentials('c9', { viewer: at('other', 'y') })],
      ['1 viewer.issuer issuer_unknown'],
    ],
  ],
  subject_by_claim: [
    [
      'with a subject where claims make them',
      [{ ...ana, family: 'byClaim' }],
      ['1 subject subject_by_claim'],
    ],
  ],
  viewer_unused: [
    [
      'with a viewer where profiles are of the device',
      [credentials('c9', { app: 'shared', viewer: at('dtc', 'ana') })],
      ['1 viewer viewer_unused'],
    ],
  ],
  identity_taken: [
    [
      'whose identities belong to two accounts',
      [account(undefined, at('dtc', 'chloe'), at('google', '117'))],
      ['1 identities.1 identity_taken'],
    ],
  ],
  identity_differs: [
    [
      'with another identity of an issuer that the account has one of',
      [account('legacy-ben', at('dtc', 'another'), at('google', '117'))],
      ['1 identities.0 identity_differs'],
    ],
  ],
  subject_would_change: [
    ['of an imported subject', [account('other', at('google', '117'))], ['1 subject subject_would_change']],
    ['of a made subject', [account('legacy', at('dtc', 'chloe'))], ['1 subject subject_would_change']],
  ],
  subject_taken: [
    ['that is imported', [account('legacy-ben', at('dtc', 'x'))], ['1 subject subject_taken']],
    ['that was made', [account(madeOfChloe, at('dtc', 'x'))], ['1 subject subject_taken']],
  ],
  viewer_unknown: [
    ['of a viewer without an account', [ofAna], ['1 viewer viewer_unknown']],
    ['of one who comes later', [ofAna, ana], ['1 viewer viewer_unknown']],
    [
      'of one who is refused',
      [{ ...ana, subject: 'legacy-ben' }, ofAna],
      ['1 subject subject_taken', '2 viewer viewer_unknown'],
    ],
  ],
  credentials_taken: [
    ['with the id of an app', [credentials('web')], ['1 clientId credentials_taken']],
    ['with the id of a pair of our own', [credentials('own')], ['1 clientId credentials_taken']],
    [
      'of another viewer',
      [credentials('of-ben', { viewer: at('dtc', 'chloe'), device: tvOf('tv of ben') })],
      ['1 clientId credentials_taken'],
    ],
    [
      'of another app',
      [credentials('of-ben', { app: 'web', device: tvOf('tv of ben') })],
      ['1 clientId credentials_taken'],
    ],
    ['of another device', [credentials('of-ben')], ['1 clientId credentials_taken']],
    [
      'with another secret',
      [
        credentials('of-ben', {
          device: tvOf('tv of ben'),
          clientSecret: 'another secret of it'.replaceAll(' ', '-'),
        }),
      ],
      ['1 clientId credentials_taken'],
    ],
    [
      'of nobody before',
      [credentials('of-nobody', { device: tvOf('tv 9'), viewer: at('dtc', 'ben') })],
      ['1 clientId credentials_taken'],
    ],
  ],
  credentials_exist: [
    [
      'of a viewer who has some on the device',
      [credentials('c9', { viewer: at('dtc', 'chloe') })],
      ['1 viewer credentials_exist'],
    ],
  ],
  contradicts: [
    [
      'about the subject of an account',
      [ana, { ...ana, subject: 'other' }],
      ['2 identities.0 contradicts 1'],
    ],
    ['about whose subject it is', [ana, account('legacy-ana', at('dtc', 'x'))], ['2 subject contradicts 1']],
    [
      'about the identities of an account',
      [ana, account(undefined, at('google', '9'), at('dtc', 'ana'))],
      ['2 identities.1 contradicts 1'],
    ],
    [
      'about an account that is there',
      [account(undefined, at('dtc', 'ben')), account(undefined, at('google', '117'))],
      ['2 identities.0 contradicts 1'],
    ],
    ['about credentials', [ofNobody, { ...ofNobody, device: tvOf('tv 2') }], ['2 clientId contradicts 1']],
    [
      'about which are those of the viewer',
      [ana, ofAna, credentials('c3', { viewer: at('dtc', 'ana') })],
      ['3 clientId contradicts 2'],
    ],
  ],
};

describe('a line is refused', () => {
  const table = Object.values(cases).flat();
  test.each(table)('%s: %j', async (_what, lines, refused) => {
    const t = await start();
    const earlier = [
      ben,
      credentials('of-ben', { device: tvOf('tv of ben'), viewer: at('dtc', 'ben') }),
      credentials('of-nobody', { device: tvOf('tv 9') }),
    ];
    expect((await t.lines(...earlier)).refused).toEqual([]);
    const before = await stateOf(t.stores);

    const dry = await importInto({ ...t.given, dryRun: true }, lines);
    expect(dry.refused).toEqual(refused);
    expect(await stateOf(t.stores)).toEqual(before);

    const { counts, refused: real } = await t.lines(...lines);
    expect(real).toEqual(refused);
    expect(counts).toEqual(dry.counts);
    if (refused.length === lines.length) expect(await stateOf(t.stores)).toEqual(before);
  });
});
