import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import type { KeyStorage, LedgerChange } from '#src/config/secrets/key-storage';
import { copyKeys, removeMovedKeys } from '#src/config/secrets/move-keys';
import { systemClock } from '#src/lib/clock';
import { createFileSeals } from '#src/stores/keys/file-seals';
import { createSealedKeys } from '#src/stores/keys/sealed-keys';
import { createMemoryStores } from '#src/stores/memory/create';
import { createSeal } from '#src/stores/seal';

const places = async () => {
  const root = await mkdtemp(join(tmpdir(), 'kinpass-move-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = createKeyFolder(join(root, 'keys'), systemClock);
  const seals = createFileSeals({ seals: [createSeal(new Uint8Array(32))], setting: 'keys.masterKey' });
  const store = createSealedKeys({ files: createMemoryStores().keyFiles, seals, clock: systemClock });
  return { folder, store };
};

const change = (storage: KeyStorage, changed: LedgerChange) =>
  storage.changeLedger(async () => ({ change: changed, result: undefined }));

/** Keys in use: two secrets, two signing keys, two lines. */
const fill = async (storage: KeyStorage) => {
  await storage.create('sealing.secret', 'sealing');
  await storage.create('subject-2.secret', 'subject');
  await storage.create('notes.txt', 'not a key');
  const create = ['a', 'b'].map((name) => ({ name: `service-token-${name}.pem`, text: name }));
  await change(storage, { append: 'one\ntwo\n', create });
};

const everything = async (storage: KeyStorage) => ({
  ledger: await storage.readLedger(),
  files: await Promise.all((await storage.list()).map(async (name) => [name, await storage.read(name)])),
});

const names = ['sealing.secret', 'service-token-a.pem', 'service-token-b.pem', 'subject-2.secret'];

test.each(['store', 'folder'] as const)('all keys are copied to the %s, once', async (to) => {
  const t = await places();
  const [from, target] = to === 'store' ? [t.folder, t.store] : [t.store, t.folder];
  await fill(from);
  expect(await copyKeys(from, target)).toEqual({ files: names, lines: 2 });
  expect(await target.list()).toEqual(names);
  expect(await target.read('service-token-b.pem')).toBe('b');
  expect(await target.readLedger()).toBe('one\ntwo\n');
  expect(await copyKeys(from, target)).toEqual({ files: [], lines: 0 });
  expect(await removeMovedKeys(from, target)).toBe(4);
  expect([await from.list(), await from.readLedger()]).toEqual([[], undefined]);
});

test('a copy that broke off is taken up again, and later steps follow', async () => {
  const { folder, store } = await places();
  await fill(store);
  await folder.create('sealing.secret', 'sealing');
  await change(folder, { append: 'one\n', create: [{ name: 'service-token-a.pem', text: 'a' }] });
  expect(await copyKeys(store, folder)).toEqual({
    files: ['service-token-b.pem', 'subject-2.secret'],
    lines: 1,
  });
  await change(store, { append: 'three\n', remove: ['service-token-a.pem'] });
  await expect(removeMovedKeys(store, folder)).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringContaining('not copied yet'),
  });
  expect(await copyKeys(store, folder)).toEqual({ files: [], lines: 1 });
  expect((await folder.list()).filter((name) => name.startsWith('service'))).toEqual(['service-token-b.pem']);
});

test('what was done since in the new place stays done', async () => {
  const { folder, store } = await places();
  await fill(folder);
  await copyKeys(folder, store);
  await change(store, { append: 'three\n', remove: ['service-token-a.pem'] });
  const before = await everything(store);
  expect(await copyKeys(folder, store)).toEqual({ files: [], lines: 0 });
  expect(await everything(store)).toEqual(before);
  await removeMovedKeys(folder, store);
  expect(await everything(store)).toEqual(before);
});

test.each([
  ['a secret', 'sealing.secret', (to: KeyStorage) => to.create('sealing.secret', 'another')],
  ['a ledger', 'ledger.jsonl', (to: KeyStorage) => change(to, { append: 'other\n' })],
])('nothing is copied over %s that differs', async (_, name, differ) => {
  const { folder, store } = await places();
  await fill(folder);
  await differ(store);
  const before = await everything(store);
  for (const act of [copyKeys, removeMovedKeys])
    await expect(act(folder, store)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: `key_files/${name}`,
      hint: expect.stringMatching(new RegExp(`hold different keys \\(${name}\\): nothing was copied`)),
    });
  expect(await everything(store)).toEqual(before);
  expect(await folder.list()).toEqual(['notes.txt', ...names]);
});

test('a place without keys is not copied', async () => {
  const { folder, store } = await places();
  await expect(copyKeys(folder, store)).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringMatching(/keys has no keys$/),
  });
});
