import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configSchema } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { openExisting, openKept } from '#src/stores/open';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';

/** A database that has nothing in it, and machines with a folder for keys. */
const start = async () => {
  const store = { kind: 'postgres' as const, ...temporarySchema() };
  const directory = await mkdtemp(join(tmpdir(), 'kinpass-postgres-keys-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const options = (keys: object) => ({
    config: { store, keys: configSchema.shape.keys.parse({ directory, ...keys }) },
    clock: systemClock,
    ids: systemIds,
    log: createLog('silent'),
  });
  /** Opens, and closes with the test. */
  const open = async <T extends { stores: { close(): Promise<void> } }>(opening: Promise<T>): Promise<T> => {
    const opened = await opening;
    onTestFinished(() => opened.stores.close());
    return opened;
  };
  return { directory, options, open };
};

describe.skipIf(!postgresUrl)('keys beside a PostgreSQL database', () => {
  test('in the store: several concurrent first starts create each secret once', async () => {
    const { directory, options, open } = await start();
    const inStore = { in: 'store', masterKey: Buffer.alloc(32, 1).toString('base64url') };
    const kept = await Promise.all(Array.from({ length: 4 }, () => open(openKept(options(inStore)))));
    const [first] = kept;
    for (const { secrets } of kept) expect(secrets).toEqual(first?.secrets);
    expect(await readdir(directory)).toEqual([]);
    const wrong = { ...inStore, masterKey: Buffer.alloc(32, 2).toString('base64url') };
    await expect(openKept(options(wrong))).rejects.toMatchObject({ field: 'keys.masterKey' });
  });

  test('in a read-only folder: the ledger is in the database, for all nodes', async () => {
    const { directory, options, open } = await start();
    const first = await open(openKept(options({ in: 'folder' })));
    const before = await readdir(directory);
    const mounted = options({ in: 'readOnlyFolder' });
    const [node, rival] = [await open(openKept(mounted)), await open(openExisting(mounted))];
    expect(node.secrets).toEqual(first.secrets);
    for (const [{ storage }, line] of [
      [node, 'one\n'],
      [rival, 'two\n'],
    ] as const)
      await storage.changeLedger(async () => ({ change: { append: line }, result: undefined }));
    expect(await node.storage.readLedger()).toBe('one\ntwo\n');
    expect(await readdir(directory)).toEqual(before);
  });
});
