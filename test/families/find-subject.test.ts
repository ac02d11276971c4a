import { describe, expect, test } from 'vitest';
import type { FamilyConfig } from '#src/config/schema';
import { createAccounts } from '#src/families/accounts';
import { createFindSubject } from '#src/families/find-subject';
import { createSubjectOf } from '#src/families/subject';
import type { SubjectStrategy } from '#src/families/subject-pins';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const secret = (version: number): Uint8Array => Buffer.alloc(32, version);
const secretsTo = (newest: number) =>
  new Map(Array.from({ length: newest }, (_, index) => [index + 1, secret(index + 1)]));

const clock = createManualClock();

/** Accounts and their subjects; `at` is how it is after a start with so many versions of the secret. */
const start = (strategies: Record<string, SubjectStrategy> = { ref: { strategy: 'account' } }) => {
  const { accounts: store } = createMemoryStores();
  return {
    store,
    at: (newest: number) => ({
      find: createFindSubject({
        accounts: store,
        secrets: secretsTo(newest),
        strategies: new Map(Object.entries(strategies)),
      }),
      accounts: createAccounts({
        store,
        identityProviders: [provider('dtc'), provider('google')],
        linkSecret: secret(99),
        subjectVersion: newest,
        clock,
        ids: systemIds,
      }),
    }),
  };
};

describe('imported subjects', () => {
  const imported = { id: 'a1', family: 'ref', createdAt: 1, subjectVersion: 0, endedAt: null };

  test.each<[string, SubjectStrategy]>([
    ['account', { strategy: 'account' }],
    ['claim', { strategy: 'claim', provider: 'dtc', claim: 'sub', as: 'plain' }],
  ])('stay whatever the strategy: %s', async (_name, strategy) => {
    const stores = createMemoryStores();
    await stores.imports.add({
      accounts: [imported],
      identities: [
        { ...identity('ana'), family: 'ref', account: 'a1', issuer: 'https://dtc.example', createdAt: 1 },
      ],
      subjects: [{ account: 'a1', family: 'ref', subject: 'legacy-1' }],
      instances: [],
      pairs: [],
    });
    const strategies = new Map([['ref', strategy]]);
    const find = createFindSubject({ accounts: stores.accounts, secrets: secretsTo(1), strategies });
    expect(await find(family(), imported)).toBe('legacy-1');
    expect(await find(family(), { ...imported })).toBe('legacy-1');
  });

  test('one that is missing is never made up', async () => {
    const { find } = start().at(1);
    await expect(find(family(), imported)).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
    });
  });
});

describe('pseudonyms of accounts', () => {
  test('stay when the address changes, a provider is linked, or a new secret is generated', async () => {
    const t = start();
    const { accounts, find } = t.at(1);
    const ana = await accounts.resolve(family(), identity('ana'));
    const subject = await find(family(), ana);
    expect(subject).toBe(createSubjectOf(secret(1))('ref', ana.id));

    await accounts.resolve(family(), identity('117', { provider: 'google', email: 'ana@viewers.example' }));
    await accounts.resolve(family(), identity('ana', { email: 'new@viewers.example' }));
    expect(await find(family(), ana)).toBe(subject);
    expect(await t.at(3).find(family(), ana)).toBe(subject);
  });

  /** Numbers that look random and are the same in every run. */
  const dice = (seed: number) => {
    let state = seed;
    return (sides: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
  };

  test.each([1, 2, 3])(
    'are never shared and never change, whatever happens in which order (%i)',
    async (seed) => {
      const families = ['ref', 'tv', 'ref-tv'].map((id) => family({ id }));
      const t = start(Object.fromEntries(families.map(({ id }) => [id, { strategy: 'account' } as const])));
      const known = new Map<string, string>();
      const roll = dice(seed);
      let newest = 1;
      for (let step = 0; step < 600; step += 1) {
        if (roll(40) === 0) newest += 1;
        const of = families[roll(families.length)] ?? family();
        const provider = roll(2) === 0 ? 'dtc' : 'google';
        const who = `viewer ${roll(80)}`;
        const email = `${roll(80)}@viewers.example`;
        const { accounts, find } = t.at(newest);
        const account = await accounts.resolve(of, identity(who, { provider, email }));
        const subject = await find(of, account);
        expect(known.get(account.id) ?? subject).toBe(subject);
        known.set(account.id, subject);
      }
      expect(known.size).toBeGreaterThan(100);
      expect(new Set(known.values()).size).toBe(known.size);
    },
  );

  test('are not told for an account of another family, or one that is gone', async () => {
    const { accounts, find } = start({ ref: { strategy: 'account' }, tv: { strategy: 'account' } }).at(1);
    const ana = await accounts.resolve(family(), identity('ana'));
    for (const [of, account] of [
      [family({ id: 'tv' }), ana],
      [family(), undefined],
    ] as const) {
      await expect(find(of, account)).rejects.toMatchObject({
        code: 'gateway_subject_unavailable',
        status: 503,
        detail: `not an account of family ${of.id}`,
      });
    }
  });

  test('wait for a secret that only another machine has yet', async () => {
    const t = start();
    const ana = await t.at(2).accounts.resolve(family(), identity('ana'));
    await expect(t.at(1).find(family(), ana)).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
      hint: undefined,
      detail: 'version 2 of the subject secret is missing',
    });
  });
});

describe('subjects from a claim', () => {
  const claim = { strategy: 'claim', provider: 'dtc', claim: 'user_id' } as const;
  const plain = { ref: { ...claim, as: 'plain' } } as const;
  const hashed = { ref: { ...claim, as: 'hashed', version: 1 } } as const;
  const byClaim = (changes: Partial<FamilyConfig> = {}) =>
    family({ subject: { ...claim, as: 'plain' }, ...changes });
  const withId = (subject: string, id: string) => identity(subject, { claims: { user_id: id } });

  test('are the id as it is', async () => {
    const { accounts, find } = start(plain).at(1);
    const ana = await accounts.resolve(byClaim(), withId('ana', 'u-1'));
    expect(await find(byClaim(), ana)).toBe('u-1');
  });

  test('or hashed: unreadable, and different in another family', async () => {
    const { accounts, find } = start({ ...hashed, tv: hashed.ref }).at(1);
    const tv = byClaim({ id: 'tv' });
    const subjects = [
      await find(byClaim(), await accounts.resolve(byClaim(), withId('ana', 'u-1'))),
      await find(tv, await accounts.resolve(tv, withId('ana', 'u-1'))),
    ];
    expect(subjects[0]).toMatch(/^[\w-]{43}$/);
    expect(subjects[0]).not.toBe(subjects[1]);
  });

  test('are equal for equal ids, whenever the accounts were made', async () => {
    const t = start(hashed);
    const one = await t.at(1).accounts.resolve(byClaim(), withId('ana', 'u-1'));
    const other = await t.at(2).accounts.resolve(byClaim(), withId('ana at work', 'u-1'));
    expect(one.id).not.toBe(other.id);
    const { find } = t.at(2);
    expect(await find(byClaim(), one)).toBe(await find(byClaim(), other));
  });

  test('stay as they were first told', async () => {
    const { accounts, find } = start(plain).at(1);
    const ana = await accounts.resolve(byClaim(), withId('ana', 'u-1'));
    await accounts.resolve(byClaim(), withId('ana', 'u-2'));
    await accounts.resolve(byClaim(), identity('ana'));
    expect(await find(byClaim(), ana)).toBe('u-1');
  });

  test('are refused, never replaced, for a viewer who came by another provider', async () => {
    const { accounts, find } = start(plain).at(1);
    const google = { provider: 'google', email: 'ana@viewers.example', claims: { user_id: 'of google' } };
    const ana = await accounts.resolve(byClaim(), identity('117', google));
    await expect(find(byClaim(), ana)).rejects.toMatchObject({
      code: 'gateway_subject_unavailable',
      status: 503,
      hint: 'sign in with dtc',
      detail: 'no claim user_id of dtc',
    });
    expect((await accounts.resolve(byClaim(), withId('ana', 'u-1'))).id).toBe(ana.id);
    expect(await find(byClaim(), ana)).toBe('u-1');
  });

  test('are never the subject of an identity unless the claim is sub', async () => {
    const { accounts, find } = start(plain).at(1);
    const ana = await accounts.resolve(family(), identity('ana'));
    await expect(find(byClaim(), ana)).rejects.toMatchObject({ code: 'gateway_subject_unavailable' });
  });

  test('sub needs no new sign-in: the oldest identity of the provider has said it', async () => {
    const bySub = { ref: { strategy: 'claim', provider: 'dtc', claim: 'sub', as: 'plain' } } as const;
    const { accounts, find } = start(bySub).at(1);
    const before = family();
    const ana = await accounts.resolve(
      before,
      identity('117', { provider: 'google', email: 'a@viewers.example' }),
    );
    await accounts.resolve(before, identity('ana', { email: 'a@viewers.example' }));
    await accounts.resolve(before, identity('ana too', { email: 'a@viewers.example' }));
    expect(await find(before, ana)).toBe('ana');
  });
});
