import { mkdtempSync, rmSync } from 'node:fs';
import { chown, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openExistingStores, openOrCreateKept } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { auditRecord } from '../support/builders.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

const start = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-open-stores-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keys = { directory: join(folder, 'keys') };
  const store = { kind: 'sqlite' as const, file: join(folder, 'data', 'kinpass.db') };
  return { keys, store, config: parseConfig(minimalSettings({ keys, store })) };
};

test('the first command creates the database, and those after it use it', async () => {
  const { config } = start();
  await expect(openExistingStores(config)).rejects.toMatchObject({ code: 'store_invalid' });
  for (const seq of [1, 2]) {
    await using stores = (await openOrCreateKept(config)).stores;
    expect(await stores.audit.append(auditRecord())).toMatchObject({ seq });
  }
  await using stores = await openExistingStores(config);
  expect(await stores.audit.list({ after: 0, limit: 10 })).toHaveLength(2);
});

test('a secret that belongs to a database is never replaced', async () => {
  const { config, keys } = start();
  await (await openOrCreateKept(config)).stores.close();
  rmSync(join(keys.directory, 'sealing.secret'));
  await expect(openOrCreateKept(config)).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringContaining('restore it from a backup'),
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'what root creates belongs to the owner of the keys folder',
  async () => {
    const { config, keys, store } = start();
    await mkdir(keys.directory, { mode: 0o700 });
    await chown(keys.directory, 12_345, 12_345);
    await (await openOrCreateKept(config)).stores.close();
    for (const path of [join(keys.directory, 'sealing.secret'), join(store.file, '..'), store.file])
      expect([path, (await stat(path)).uid]).toEqual([path, 12_345]);
  },
);
