import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { configSchema } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { openExisting, openKept } from '#src/stores/open';
import { openUnsealedSqlite } from '#src/stores/sqlite/open-unsealed';

const masterKey = (byte: number) => Buffer.alloc(32, byte).toString('base64url');

/** A machine of its own, with keys in the store. */
const machine = async () => {
  const root = await mkdtemp(join(tmpdir(), 'kinpass-kept-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const file = join(root, 'data', 'kinpass.db');
  const options = (keys: object = {}) => ({
    config: {
      store: { kind: 'sqlite' as const, file },
      keys: configSchema.shape.keys.parse({
        in: 'store',
        masterKey: masterKey(1),
        directory: join(root, 'keys'),
        ...keys,
      }),
    },
    clock: systemClock,
    ids: systemIds,
    log: createLog('silent'),
  });
  const remove = async (...names: string[]) => {
    await using unsealed = openUnsealedSqlite(file, options());
    const all = await unsealed.keyFiles.list();
    const gone = all.filter(({ name }) => names.length === 0 || names.includes(name));
    await unsealed.keyFiles.change(
      gone.map(({ name, sealed }) => ({ name, before: sealed, after: null })),
      1,
    );
  };
  const names = async () => {
    await using unsealed = openUnsealedSqlite(file, options());
    return (await unsealed.keyFiles.list()).map(({ name }) => name);
  };
  return { root, options, remove, names };
};

const initial = ['cookie.secret', 'id-token.pem', 'link.secret', 'sealing.secret'];

test('of several first starts at once each secret is made once, and the store is sealed with it', async () => {
  const { root, options, names } = await machine();
  const kept = await Promise.all(Array.from({ length: 6 }, () => openKept(options())));
  const [first] = kept;
  for (const { secrets } of kept) expect(secrets).toEqual(first?.secrets);
  await first?.stores.credentials.add({ id: 'a', secret: 's', instance: 'i', holder: '', createdAt: 1 });
  for (const { stores } of kept) expect((await stores.credentials.byId('a'))?.secret).toBe('s');
  for (const { stores } of kept) await stores.close();
  expect(await names()).toEqual(initial);
  expect(await readdir(root)).toEqual(['data']);
});

test('a later start has the same secrets, and a command finds them', async () => {
  const { options } = await machine();
  const first = await openKept(options());
  await first.stores.close();
  const second = await openKept(options());
  expect(second.secrets).toEqual(first.secrets);
  await second.stores.close();
  const existing = await openExisting(options());
  expect(await existing.storage.list()).toEqual(initial);
  await existing.stores.close();
});

test('the wrong master key is refused, and nothing is made', async () => {
  const { options, names } = await machine();
  await (await openKept(options())).stores.close();
  await expect(openKept(options({ masterKey: masterKey(2) }))).rejects.toMatchObject({
    code: 'keys_invalid',
    field: 'keys.masterKey',
  });
  expect(await names()).toEqual(initial);
});

test.each(initial)('a lost %s is named, and not made again', async (name) => {
  const { options, remove, names } = await machine();
  await (await openKept(options())).stores.close();
  await remove(name);
  await expect(openKept(options())).rejects.toMatchObject({
    code: 'keys_invalid',
    field: `key_files/${name}`,
    hint: expect.stringContaining('restore it from a backup'),
  });
  expect(await names()).toEqual(initial.filter((other) => other !== name));
});

test('a store that lost all its keys, or was sealed with those of a folder, gets no new ones', async () => {
  const { options, remove, names } = await machine();
  const missing = {
    code: 'keys_invalid',
    field: 'keys.in',
    hint: expect.stringMatching(/kinpass keys move --to store.*restore the table key_files from a backup/),
  };
  await expect(openExisting(options())).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringContaining('the first start makes them'),
  });
  await (await openKept(options())).stores.close();
  await remove();
  await expect(openKept(options())).rejects.toMatchObject(missing);
  expect(await names()).toEqual([]);

  const other = await machine();
  await (await openKept(other.options({ in: 'folder' }))).stores.close();
  await expect(openKept(other.options())).rejects.toMatchObject(missing);
  expect(await other.names()).toEqual([]);
});

test('a folder that is only read has all secrets, or there is no start', async () => {
  const { root, options, names } = await machine();
  const mounted = options({ in: 'readOnlyFolder' });
  await expect(openKept(mounted)).rejects.toMatchObject({
    code: 'keys_invalid',
    field: join(root, 'keys', 'sealing.secret'),
  });
  expect(await readdir(root)).toEqual([]);
  const first = await openKept(options({ in: 'folder' }));
  await first.stores.close();
  const kept = await openKept(mounted);
  expect(kept.secrets).toEqual(first.secrets);
  await kept.storage.changeLedger(async () => ({ change: { append: 'one\n' }, result: undefined }));
  await kept.stores.close();
  const command = await openExisting(mounted);
  expect(await command.storage.readLedger()).toBe('one\n');
  await command.stores.close();
  expect(await names()).toEqual(['ledger.jsonl']);
  expect(await readdir(join(root, 'keys'))).toEqual(initial);
});
