import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FamilyConfig } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { makeSubjectSecret } from '#src/config/secrets/subject-secrets';
import { createAccounts } from '#src/families/accounts';
import type { SubjectVerdict } from '#src/families/subject-changes';
import { openSubjects, reasonText, refuseMissing } from '#src/families/subjects';
import { KinpassError } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

/** One database and one keys folder, started as often as one likes. */
const machine = async () => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  const directory = await mkdtemp(join(tmpdir(), 'kinpass-subjects-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const storage = createKeyFolder(directory, clock);
  return {
    clock,
    directory,
    storage,
    stores,
    file: (name: string) => join(directory, name),
    start: async (...families: FamilyConfig[]) => {
      const subjects = await openSubjects({
        families,
        storage,
        stores,
        clock,
        ids: systemIds,
        by: 'start',
      });
      const accounts = createAccounts({
        store: stores.accounts,
        identityProviders: [provider('dtc'), provider('google')],
        linkSecret: Buffer.alloc(32, 7),
        subjectVersion: subjects.newest,
        clock,
        ids: systemIds,
      });
      return { ...subjects, accounts };
    },
    /** Every file with its text, to see that nothing was overwritten. */
    keys: async () => {
      const names = (await readdir(directory)).sort();
      return Promise.all(
        names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const),
      );
    },
  };
};

const keys = createKeyFolder('/keys', createManualClock());

const secretText = (byte: number): string => Buffer.alloc(32, byte).toString('base64url');

describe('a start', () => {
  test('makes the first secret, and pins what decides subjects', async () => {
    const t = await machine();
    expect((await t.start(family())).newest).toBe(1);
    expect((await t.keys()).map(([name]) => name)).toEqual(['subject.secret']);
    expect((await t.stores.subjects.read()).map(({ by, event }) => [by, event['event']])).toEqual([
      ['start', 'family'],
      ['start', 'secret'],
    ]);
  });

  test('writes nothing down the second time', async () => {
    const t = await machine();
    await t.start(family());
    const before = await t.stores.subjects.read();
    await t.start(family());
    expect(await t.stores.subjects.read()).toEqual(before);
  });

  test('of many at once is one', async () => {
    const t = await machine();
    await Promise.all(Array.from({ length: 8 }, () => t.start(family())));
    expect(await t.stores.subjects.read()).toHaveLength(2);
    expect(await t.keys()).toHaveLength(1);
  });

  test('gives new accounts the newest secret, and leaves the others theirs', async () => {
    const t = await machine();
    const first = await t.start(family());
    const ana = await first.accounts.resolve(family(), identity('ana'));
    const before = await first.find(family(), ana);

    await makeSubjectSecret(t.storage, 2, systemIds);
    const second = await t.start(family());
    const ben = await second.accounts.resolve(family(), identity('ben'));
    expect([ana.subjectVersion, ben.subjectVersion]).toEqual([1, 2]);
    expect(await second.find(family(), ana)).toBe(before);
    expect((await second.accounts.resolve(family(), identity('ana'))).subjectVersion).toBe(1);
  });
});

describe('a start that would change subjects is refused', () => {
  type Machine = Awaited<ReturnType<typeof machine>>;

  test.each<{
    what: string;
    bend: (t: Machine) => Promise<unknown> | undefined;
    families?: FamilyConfig;
    code: string;
    field: string;
    cure: string;
  }>([
    {
      what: 'the secret is gone',
      bend: (t) => rm(t.file('subject.secret')),
      code: 'keys_invalid',
      field: 'subject.secret',
      cure: 'Restore it from a backup',
    },
    {
      what: 'the secret of later accounts is gone',
      bend: (t) => rm(t.file('subject-2.secret')),
      code: 'keys_invalid',
      field: 'subject-2.secret',
      cure: 'Restore it from a backup',
    },
    {
      what: 'two versions changed places',
      bend: async (t) => {
        await rename(t.file('subject.secret'), t.file('x'));
        await rename(t.file('subject-2.secret'), t.file('subject.secret'));
        await rename(t.file('x'), t.file('subject-2.secret'));
      },
      code: 'subjects_changed',
      field: 'subject.secret',
      cure: 'kinpass subjects plan',
    },
    {
      what: 'the secret is another one',
      bend: (t) => writeFile(t.file('subject.secret'), secretText(9)),
      code: 'subjects_changed',
      field: 'subject.secret',
      cure: 'Undo the change',
    },
    {
      what: 'the secret is too short',
      bend: (t) => writeFile(t.file('subject.secret'), secretText(9).slice(0, 30)),
      code: 'keys_invalid',
      field: 'subject.secret',
      cure: 'must hold 32 bytes as base64url: restore it',
    },
    {
      what: 'the secret is too long',
      bend: (t) => writeFile(t.file('subject.secret'), secretText(9) + secretText(9)),
      code: 'keys_invalid',
      field: 'subject.secret',
      cure: 'must hold 32 bytes as base64url: restore it',
    },
    {
      what: 'the secret is cut to nothing',
      bend: (t) => writeFile(t.file('subject.secret'), ''),
      code: 'keys_invalid',
      field: 'subject.secret',
      cure: 'restore it from a backup',
    },
    {
      what: 'others may read the secret',
      bend: (t) => chmod(t.file('subject-2.secret'), 0o644),
      code: 'keys_invalid',
      field: 'subject-2.secret',
      cure: 'chmod 600',
    },
    {
      what: 'a version is spelt in another way',
      bend: (t) => rename(t.file('subject-2.secret'), t.file('subject-02.secret')),
      code: 'keys_invalid',
      field: 'subject-02.secret',
      cure: 'version 2 subject-2.secret. Rename it',
    },
    {
      what: 'the issuer is another one',
      bend: () => undefined,
      families: family({ issuer: 'https://other.example' }),
      code: 'subjects_changed',
      field: 'families[0].serviceToken.issuer',
      cure: 'kinpass subjects confirm',
    },
    {
      what: 'the strategy is another one',
      bend: () => undefined,
      families: family({ subject: { strategy: 'claim', provider: 'dtc', claim: 'sub', as: 'plain' } }),
      code: 'subjects_changed',
      field: 'families[0].serviceToken.subject',
      cure: 'kinpass subjects confirm',
    },
    {
      what: 'the family goes by another id',
      bend: () => undefined,
      families: family({ id: 'ref2' }),
      code: 'subjects_changed',
      field: 'families[0].id',
      cure: 'kinpass subjects confirm',
    },
  ])('$what', async ({ bend, families = family(), code, field, cure }) => {
    const t = await machine();
    const first = await t.start(family());
    await first.accounts.resolve(family(), identity('ana'));
    await makeSubjectSecret(t.storage, 2, systemIds);
    await (await t.start(family())).accounts.resolve(family(), identity('ben'));
    await bend(t);
    const before = { keys: await t.keys(), journal: await t.stores.subjects.read() };

    const error = await t.start(families).catch((thrown: unknown) => thrown);
    if (!(error instanceof KinpassError)) throw new Error('it started');
    expect({ code: error.code, field: error.field?.replace(`${t.directory}/`, '') }).toEqual({ code, field });
    expect(error.hint).toContain(cure);
    expect({ keys: await t.keys(), journal: await t.stores.subjects.read() }).toEqual(before);
  });

  test('and says how many accounts of which family, and nothing of a secret', async () => {
    const t = await machine();
    const first = await t.start(family());
    for (const name of ['ana', 'ben']) await first.accounts.resolve(family(), identity(name));
    const text = (await t.keys())[0]?.[1].trim() ?? '';
    const error = await t
      .start(family({ issuer: 'https://other.example' }))
      .catch((thrown: unknown) => thrown as KinpassError);
    expect(error).toMatchObject({
      hint: expect.stringContaining(
        'ref: families[0].serviceToken.issuer was "https://sso.ref.example" and is now "https://other.example": this changes the subjects of 2 accounts',
      ),
    });
    expect(JSON.stringify([error, await t.stores.subjects.read()])).not.toContain(text);
  });

  test('but not where there is no account to lose', async () => {
    const t = await machine();
    await t.start(family());
    await rm(t.file('subject.secret'));
    const changed = family({
      issuer: 'https://other.example',
      subject: { strategy: 'claim', provider: 'dtc', claim: 'sub', as: 'hashed' },
    });
    await t.start(changed);
    await t.start(changed);
  });
});

describe('what an operator reads', () => {
  const missing = (...versions: SubjectVerdict['missing']): SubjectVerdict => ({
    strategies: new Map(),
    changes: [],
    missing: versions,
    events: [],
  });

  test('names each missing version and how many accounts need it', () => {
    const needed = missing({ version: 1, accounts: 1 }, { version: 3, accounts: 2 });
    expect(() => refuseMissing(keys, needed)).toThrow(
      expect.objectContaining({
        code: 'keys_invalid',
        field: '/keys/subject.secret',
        hint: [
          '/keys/subject.secret is missing; 1 account has its subject from it.',
          '/keys/subject-3.secret is missing; 2 accounts have their subjects from it.',
          'Restore it from a backup. Only if it is lost permanently:',
          'kinpass subjects new-secret --version 1, then kinpass subjects confirm.',
        ].join('\n'),
      }),
    );
    expect(() => refuseMissing(keys, missing())).not.toThrow();
  });

  test('says what changes and for how many accounts', () => {
    const reason = { was: 'a', is: 'b' };
    expect(reasonText(keys, { ...reason, cause: { version: 2 }, accounts: 1 })).toBe(
      '/keys/subject-2.secret was "a" and is now "b": this changes the subjects of 1 account',
    );
    expect(reasonText(keys, { ...reason, cause: { setting: 'families[0].id' }, accounts: 2 })).toBe(
      'families[0].id was "a" and is now "b": this changes the subjects of 2 accounts',
    );
  });

  test('lists every reason, then the way out', async () => {
    const t = await machine();
    const { accounts } = await t.start(family(), family({ id: 'tv' }));
    for (const id of ['ref', 'tv']) await accounts.resolve(family({ id }), identity('ana'));
    const issuer = 'https://other.example';
    await expect(t.start(family({ issuer }), family({ id: 'tv', issuer }))).rejects.toMatchObject({
      code: 'subjects_changed',
      hint: [
        ...['ref: families[0]', 'tv: families[1]'].map(
          (place) =>
            `${place}.serviceToken.issuer was "https://sso.ref.example" and is now "${issuer}": this changes the subjects of 1 account`,
        ),
        'Undo the change, or review it with `kinpass subjects plan` and accept it with `kinpass subjects confirm`.',
      ].join('\n'),
    });
  });
});

test('a start gives up when other processes keep changing the journal', async () => {
  const t = await machine();
  const lengths: number[] = [];
  const journal = { ...t.stores.subjects, append: async (length: number) => lengths.push(length) < 0 };
  const stores = { accounts: t.stores.accounts, subjects: journal };
  const { clock, storage } = t;
  await makeSubjectSecret(storage, 1, systemIds);
  const opened = openSubjects({
    families: [family()],
    storage,
    stores,
    clock,
    ids: systemIds,
    by: 'start',
  });
  await expect(opened).rejects.toMatchObject({
    code: 'gateway_unavailable',
    detail: 'other processes keep changing the journal of subjects',
  });
  expect(lengths).toEqual(Array(10).fill(0));
});

test('a start that has nothing to record does not write', async () => {
  const t = await machine();
  await t.start(family());
  const append = () => Promise.reject(new Error('written'));
  const stores = { accounts: t.stores.accounts, subjects: { ...t.stores.subjects, append } };
  const { clock, storage } = t;
  const again = { families: [family()], storage, stores, clock, ids: systemIds, by: 'start' };
  expect((await openSubjects(again)).newest).toBe(1);
});
