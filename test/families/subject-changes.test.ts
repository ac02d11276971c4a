import { describe, expect, test } from 'vitest';
import type { FamilyConfig } from '#src/config/schema';
import { compareSubjects, type SubjectInputs } from '#src/families/subject-changes';
import type { FamilyPin, SubjectPins, SubjectStrategy } from '#src/families/subject-pins';
import { family } from '../support/builders.ts';

const iss = 'https://sso.ref.example';

const pin = (changes: { id?: string; issuer?: string; subject?: SubjectStrategy } = {}): FamilyPin => ({
  event: 'family',
  family: changes.id ?? 'ref',
  issuer: changes.issuer ?? iss,
  subject: changes.subject ?? { strategy: 'account' },
});

const pinned = (secrets: Record<number, string>, ...families: FamilyPin[]): SubjectPins => ({
  families: new Map(families.map((one) => [one.family, one])),
  secrets: new Map(Object.entries(secrets).map(([version, print]) => [Number(version), print])),
  introduced: false,
});

const now = (secrets: Record<number, string>, ...families: FamilyConfig[]): SubjectInputs => ({
  families,
  secrets: pinned(secrets).secrets,
});

const used = (version: number, accounts: number, of = 'ref') => ({ family: of, version, accounts });

const claim = { strategy: 'claim', provider: 'dtc', claim: 'user_id' } as const;
const plain = { ...claim, as: 'plain' } as const;
const hashed = { ...claim, as: 'hashed' } as const;

/** Families with how many of their accounts change, and what changes them. */
const verdictOf = (...input: Parameters<typeof compareSubjects>) => {
  const { changes, missing } = compareSubjects(...input);
  return {
    changes: changes.map(({ family: id, accounts, of, reasons }) => [
      `${id} ${accounts}/${of}`,
      ...reasons.map(({ cause }) => ('setting' in cause ? cause.setting : `secret ${cause.version}`)),
    ]),
    missing: missing.map(({ version, accounts }) => `${version}: ${accounts}`),
  };
};

describe('what changes existing subjects', () => {
  const same = pinned({ 1: 'a' }, pin());
  const [issuer, subject] = ['families[0].serviceToken.issuer', 'families[0].serviceToken.subject'];
  const other = 'https://other.example';

  test.each<[string, SubjectPins, SubjectInputs, ReturnType<typeof used>[], string[][]]>([
    ['nothing changed', same, now({ 1: 'a' }, family()), [used(1, 5)], []],
    [
      'imported subjects depend on the issuer',
      same,
      now({ 1: 'a' }, family({ issuer: other })),
      [used(0, 5)],
      [['ref 5/5', issuer]],
    ],
    [
      'but on neither strategy nor secret',
      same,
      now({ 1: 'b' }, family({ subject: plain })),
      [used(0, 5), used(1, 2)],
      [['ref 2/7', subject]],
    ],
    ['and there is no version of theirs', same, now({ 1: 'b' }, family()), [used(0, 5)], []],
    ['nothing was settled yet, no accounts', pinned({}), now({ 1: 'a' }, family()), [], []],
    [
      'the journal was emptied',
      pinned({}),
      now({ 1: 'a' }, family()),
      [used(1, 5)],
      [['ref 5/5', 'families[0].serviceToken', 'secret 1']],
    ],
    [
      'the journal lost the family',
      pinned({ 1: 'a' }),
      now({ 1: 'a' }, family()),
      [used(1, 5)],
      [['ref 5/5', 'families[0].serviceToken']],
    ],
    [
      'the journal lost the secret',
      pinned({ 1: 'a' }, pin()),
      now({ 1: 'a', 2: 'b' }, family()),
      [used(1, 5), used(2, 3)],
      [['ref 3/8', 'secret 2']],
    ],
    [
      'the journal was introduced after the accounts',
      { ...pinned({}), introduced: true },
      now({ 1: 'a' }, family()),
      [used(1, 5)],
      [],
    ],
    ['another issuer', same, now({ 1: 'a' }, family({ issuer: other })), [used(1, 5)], [['ref 5/5', issuer]]],
    ['the same, no accounts', same, now({ 1: 'a' }, family({ issuer: other })), [], []],
    [
      'one more slash',
      same,
      now({ 1: 'a' }, family({ issuer: `${iss}/` })),
      [used(1, 5)],
      [['ref 5/5', issuer]],
    ],
    [
      'account to claim',
      same,
      now({ 1: 'a' }, family({ subject: plain })),
      [used(1, 5)],
      [['ref 5/5', subject]],
    ],
    [
      'plain to hashed',
      pinned({ 1: 'a' }, pin({ subject: plain })),
      now({ 1: 'a' }, family({ subject: hashed })),
      [used(1, 5)],
      [['ref 5/5', subject]],
    ],
    [
      'another claim',
      pinned({ 1: 'a' }, pin({ subject: plain })),
      now({ 1: 'a' }, family({ subject: { ...plain, claim: 'sub' } })),
      [used(1, 5)],
      [['ref 5/5', subject]],
    ],
    [
      'the only provider, named or not',
      pinned({ 1: 'a' }, pin({ subject: plain })),
      now({ 1: 'a' }, family({ subject: { strategy: 'claim', claim: 'user_id', as: 'plain' } })),
      [used(1, 5)],
      [],
    ],
    [
      'issuer and strategy',
      same,
      now({ 1: 'a' }, family({ issuer: other, subject: plain })),
      [used(1, 5)],
      [['ref 5/5', issuer, subject]],
    ],
    ['another secret', same, now({ 1: 'b' }, family()), [used(1, 5)], [['ref 5/5', 'secret 1']]],
    ['another secret, no accounts', same, now({ 1: 'b' }, family()), [], []],
    ['a new secret beside the old', same, now({ 1: 'a', 2: 'b' }, family()), [used(1, 5)], []],
    [
      'another second secret',
      pinned({ 1: 'a', 2: 'b' }, pin()),
      now({ 1: 'a', 2: 'c' }, family()),
      [used(1, 5), used(2, 3)],
      [['ref 3/8', 'secret 2']],
    ],
    [
      'both secrets, two families',
      pinned({ 1: 'a', 2: 'b' }, pin(), pin({ id: 'tv' })),
      now({ 1: 'x', 2: 'y' }, family(), family({ id: 'tv' })),
      [used(1, 5), used(2, 3), used(2, 4, 'tv')],
      [
        ['ref 8/8', 'secret 1', 'secret 2'],
        ['tv 4/4', 'secret 2'],
      ],
    ],
    [
      'another secret, subjects as they are told',
      pinned({ 1: 'a' }, pin({ subject: plain })),
      now({ 1: 'b' }, family({ subject: plain })),
      [used(1, 5)],
      [],
    ],
    [
      'another secret of hashed claims, whenever accounts were made',
      pinned({ 1: 'a', 2: 'b' }, pin({ subject: { ...hashed, version: 1 } })),
      now({ 1: 'x', 2: 'b' }, family({ subject: hashed })),
      [used(1, 5), used(2, 3)],
      [['ref 8/8', 'secret 1']],
    ],
    [
      'a new secret beside that of hashed claims',
      pinned({ 1: 'a' }, pin({ subject: { ...hashed, version: 1 } })),
      now({ 1: 'a', 2: 'b' }, family({ subject: hashed })),
      [used(1, 5)],
      [],
    ],
    [
      'the family under another id',
      same,
      now({ 1: 'a' }, family({ id: 'ref2' })),
      [used(1, 5)],
      [['ref2 5/5', 'families[0].id']],
    ],
    ['the family under another id, no accounts', same, now({ 1: 'a' }, family({ id: 'ref2' })), [], []],
    [
      'a second family with the same issuer',
      same,
      now({ 1: 'a' }, family(), family({ id: 'ref2' })),
      [used(1, 5)],
      [],
    ],
    [
      'the family under another id, and another secret',
      same,
      now({ 1: 'b' }, family({ id: 'ref2' })),
      [used(1, 5), used(1, 2, 'ref2')],
      [['ref2 5/5', 'families[0].id', 'families[0].serviceToken', 'secret 1']],
    ],
    [
      'another secret than that of hashed claims',
      pinned({ 1: 'a', 2: 'b' }, pin({ subject: { ...hashed, version: 1 } })),
      now({ 1: 'a', 2: 'x' }, family({ subject: hashed })),
      [used(1, 5), used(2, 3)],
      [],
    ],
    [
      'a family gone, another one come',
      same,
      now({ 1: 'a' }, family({ id: 'tv', issuer: other })),
      [used(1, 5)],
      [],
    ],
  ])('%s', (_what, pins, inputs, usage, expected) => {
    expect(verdictOf(pins, inputs, usage)).toEqual({ changes: expected, missing: [] });
  });
});

describe('a version that is not there', () => {
  test.each<[string, SubjectPins, SubjectInputs, ReturnType<typeof used>[], string[]]>([
    ['is missed by its accounts', pinned({}, pin()), now({ 2: 'b' }, family()), [used(1, 5)], ['1: 5']],
    [
      'is missed where none is',
      pinned({}, pin()),
      now({}, family()),
      [used(1, 5), used(2, 1)],
      ['1: 5', '2: 1'],
    ],
    ['is missed by nobody', pinned({ 1: 'a' }, pin()), now({ 2: 'b' }, family()), [used(2, 5)], []],
    [
      'is not missed by a family that is gone',
      pinned({}),
      now({ 2: 'b' }, family()),
      [used(1, 5, 'old')],
      [],
    ],
    [
      'is missed by hashed claims',
      pinned({ 1: 'a' }, pin({ subject: { ...hashed, version: 1 } })),
      now({ 2: 'b' }, family({ subject: hashed })),
      [used(2, 5)],
      ['1: 5'],
    ],
    [
      'is not missed by claims as they are told',
      pinned({}, pin({ subject: plain })),
      now({}, family({ subject: plain })),
      [used(1, 5)],
      [],
    ],
  ])('%s', (_what, pins, inputs, usage, expected) => {
    expect(verdictOf(pins, inputs, usage).missing).toEqual(expected);
  });
});

describe('what is written down', () => {
  const events = (...input: Parameters<typeof compareSubjects>) => compareSubjects(...input).events;

  test('everything at first, nothing the second time', () => {
    const inputs = now({ 1: 'a', 2: 'b' }, family(), family({ id: 'tv', subject: hashed }));
    expect(events(pinned({}), inputs, [])).toEqual([
      pin(),
      pin({ id: 'tv', subject: { ...hashed, version: 2 } }),
      { event: 'secret', version: 1, fingerprint: 'a' },
      { event: 'secret', version: 2, fingerprint: 'b' },
    ]);
    const settled = pinned({ 1: 'a', 2: 'b' }, pin(), pin({ id: 'tv', subject: { ...hashed, version: 2 } }));
    expect(events(settled, inputs, [])).toEqual([]);
  });

  test('hashed claims stay with the version that they began with', () => {
    const begun = pinned({ 1: 'a' }, pin({ subject: { ...hashed, version: 1 } }));
    const { strategies } = compareSubjects(begun, now({ 1: 'a', 2: 'b' }, family({ subject: hashed })), []);
    expect(strategies.get('ref')).toEqual({ ...hashed, version: 1 });
  });
});

test('a reason says what was, what is now, and how many accounts are concerned', () => {
  const reasonsOf = (...input: Parameters<typeof compareSubjects>) => {
    const [change] = compareSubjects(...input).changes;
    return change?.reasons;
  };
  const [was, is] = ['abcdefghijklmnop', 'ponmlkjihgfedcba'];
  const before = pinned({ 1: was }, pin(), pin({ id: 'tv', issuer: 'https://tv.example' }));
  const setting = { setting: 'families[1].serviceToken.subject' };
  expect(reasonsOf(before, now({ 1: is }, family()), [used(1, 5)])).toEqual([
    { cause: { version: 1 }, was: 'abcdefghijkl', is: 'ponmlkjihgfe', accounts: 5 },
  ]);
  const claims = family({ id: 'tv', issuer: 'https://tv.example', subject: hashed });
  expect(reasonsOf(before, now({ 1: was }, family(), claims), [used(1, 4, 'tv')])).toEqual([
    { cause: setting, was: 'account', is: 'claim user_id of dtc, hashed with version 1', accounts: 4 },
  ]);
  const renamed = now({ 1: was }, family({ id: 'ref2' }));
  expect(reasonsOf(before, renamed, [used(1, 5)])).toEqual([
    { cause: { setting: 'families[0].id' }, was: 'ref', is: 'ref2', accounts: 5 },
  ]);
});

describe('the version of hashed claims', () => {
  test.each<[string, SubjectPins, number[], number, number]>([
    ['is the newest at first', pinned({}), [1, 3, 2], 5, 3],
    ['is the first one that will be created', pinned({}), [], 0, 1],
    ['stays while it exists', pinned({}, pin({ subject: { ...hashed, version: 1 } })), [1, 2], 0, 1],
    ['stays while there are accounts', pinned({}, pin({ subject: { ...hashed, version: 1 } })), [2], 1, 1],
    ['is chosen again otherwise', pinned({}, pin({ subject: { ...hashed, version: 1 } })), [2], 0, 2],
    ['is the newest after plain claims', pinned({}, pin({ subject: plain })), [1, 2], 5, 2],
    ['is the newest after pseudonyms of accounts', pinned({}, pin()), [1, 2], 5, 2],
  ])('%s', (_what, pins, versions, accounts, expected) => {
    const secrets = Object.fromEntries(versions.map((version) => [version, `print ${version}`]));
    const usage = accounts > 0 ? [used(1, accounts)] : [];
    const { strategies } = compareSubjects(pins, now(secrets, family({ subject: hashed })), usage);
    expect(strategies).toEqual(new Map([['ref', { ...hashed, version: expected }]]));
  });
});

test('the provider of claims is the first one unless it is named', () => {
  const { provider: _, ...anyProvider } = plain;
  const strategyOf = (one: FamilyConfig) =>
    compareSubjects(pinned({}), now({}, one), []).strategies.get('ref');
  expect(strategyOf(family({ subject: { ...plain, provider: 'google' } }))).toMatchObject({
    provider: 'google',
  });
  expect(strategyOf(family({ subject: anyProvider }))).toEqual(plain);
  expect(strategyOf(family({ subject: anyProvider, identityProviders: [] }))).toMatchObject({ provider: '' });
});

test('what has changed is written down again', () => {
  const before = pinned({ 1: 'a', 2: 'b' }, pin(), pin({ id: 'tv' }));
  const other = 'https://other.example';
  const inputs = now({ 1: 'a', 2: 'c' }, family({ issuer: other }), family({ id: 'tv', subject: plain }));
  expect(compareSubjects(before, inputs, []).events).toEqual([
    pin({ issuer: other }),
    pin({ id: 'tv', subject: plain }),
    { event: 'secret', version: 2, fingerprint: 'c' },
  ]);
});
