import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import type { KeyFileStore } from '#src/stores/key-ports';
import { createFileSeals } from '#src/stores/keys/file-seals';
import { createSealedKeys } from '#src/stores/keys/sealed-keys';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { createSeal } from '#src/stores/seal';
import { describeKeyStorage } from '../../config/secrets/conformance.ts';
import {
  emptySchema,
  openStores as openPostgres,
  postgresUrl,
  temporarySchema,
} from '../../support/postgres.ts';
import { openStores, temporaryFile } from '../sqlite-files.ts';

const sealOf = (byte: number) => createSeal(new Uint8Array(32).fill(byte));
const sealedKeys = (files: KeyFileStore, first = 1, ...others: number[]) =>
  createSealedKeys({
    files,
    seals: createFileSeals({ seals: [sealOf(first), ...others.map(sealOf)], setting: 'keys.masterKey' }),
    clock: systemClock,
  });

/** The keys of a store that two processes have opened. */
const sealedKeysOf = (one: Stores, other: Stores) => ({
  storage: sealedKeys(one.keyFiles),
  rival: sealedKeys(other.keyFiles),
  [Symbol.asyncDispose]: async () => {
    await one.close();
    await other.close();
  },
});

describeKeyStorage('keys in a memory store', async () => {
  const { keyFiles } = createMemoryStores();
  return {
    storage: sealedKeys(keyFiles),
    rival: sealedKeys(keyFiles),
    [Symbol.asyncDispose]: async () => undefined,
  };
});

describeKeyStorage('keys in a sqlite store', async () => {
  const file = await temporaryFile();
  const [one, other] = [await openStores(file), await openStores(file)];
  return sealedKeysOf(one, other);
});

describe.skipIf(!postgresUrl)('on a server', () => {
  const settings = temporarySchema({}, afterAll);

  describeKeyStorage('keys in a postgres store', async () => {
    const [one, other] = [await openPostgres(settings), await openPostgres(settings)];
    await emptySchema(settings);
    return sealedKeysOf(one, other);
  });
});

describe('keys in the store', () => {
  test('are not readable there, and no two seals are alike', async () => {
    const { keyFiles } = createMemoryStores();
    const keys = sealedKeys(keyFiles);
    await keys.create('a.secret', 'the same text');
    await keys.create('b.secret', 'the same text');
    const [a, b] = await keyFiles.list();
    expect(JSON.stringify([a, b])).not.toContain('the same');
    expect(a?.sealed).not.toBe(b?.sealed);
  });

  test('a master key that opens none of them is the wrong one', async () => {
    const { keyFiles } = createMemoryStores();
    await sealedKeys(keyFiles).create('a.secret', 'text');
    const wrong = sealedKeys(keyFiles, 2);
    const refused = {
      code: 'keys_invalid',
      field: 'keys.masterKey',
      hint: expect.stringMatching(/^keys\.masterKey does not open the keys in the store.*sealed with$/),
    };
    await expect(wrong.read('a.secret')).rejects.toMatchObject(refused);
    await expect(wrong.create('b.secret', 'other')).rejects.toMatchObject(refused);
    const begun = wrong.changeLedger(async () => ({ change: { append: 'one\n' }, result: undefined }));
    await expect(begun).rejects.toMatchObject(refused);
    expect(await keyFiles.list()).toHaveLength(1);
  });

  test.each([
    ['altered', (sealed: string) => `${sealed.slice(0, -4)}AAAA`],
    ['of another row', (_: string, other: string) => other],
  ])('one that is %s is named', async (_, alter) => {
    const { keyFiles } = createMemoryStores();
    const keys = sealedKeys(keyFiles);
    await keys.create('a.secret', 'text');
    await keys.create('b.secret', 'other');
    const [a, b] = await keyFiles.list();
    if (!a || !b) throw new Error('they are there');
    await keyFiles.change([{ name: a.name, before: a.sealed, after: alter(a.sealed, b.sealed) }], 1);
    await expect(keys.read('a.secret')).rejects.toMatchObject({
      code: 'keys_invalid',
      field: 'key_files/a.secret',
      hint: expect.stringContaining('restore the table from a backup'),
    });
    expect(await keys.read('b.secret')).toBe('other');
  });

  test('a master key is replaced while both are known, and the earlier one opens nothing after', async () => {
    const { keyFiles } = createMemoryStores();
    const [earlier, both, newest] = [
      sealedKeys(keyFiles),
      sealedKeys(keyFiles, 2, 1),
      sealedKeys(keyFiles, 2),
    ];
    await earlier.create('a.secret', 'text');
    await earlier.changeLedger(async () => ({ change: { append: 'one\n' }, result: undefined }));
    expect(await both.read('a.secret')).toBe('text');
    expect(await both.reseal()).toBe(2);
    expect(await both.reseal()).toBe(0);
    expect([await newest.read('a.secret'), await newest.readLedger()]).toEqual(['text', 'one\n']);
    await expect(earlier.read('a.secret')).rejects.toMatchObject({ field: 'keys.masterKey' });
  });
});
