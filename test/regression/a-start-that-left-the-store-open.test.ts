import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { systemIds } from '#src/lib/ids';
import { minimalSettings } from '../support/minimal-settings.ts';

test('a start that fails while it opens the shared state closes the store and releases the keys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-left-open-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = parseConfig(
    minimalSettings({
      log: { level: 'silent' },
      keys: { directory: join(folder, 'keys') },
      store: { kind: 'sqlite', file: join(folder, 'data', 'kinpass.db') },
      shared: { kind: 'redis', url: 'redis://127.0.0.1:1' },
    }),
  );
  await (await createGateway({ ...config, shared: { kind: 'none' } })).close(); // makes the keys
  const watched = () =>
    process.getActiveResourcesInfo().filter((name) => /Timeout|FSEvent/.test(name)).length;
  const before = watched();
  const secret = () => {
    throw new Error('no randomness');
  };
  const start = createGateway(config, { ids: { ...systemIds, secret } });
  await expect(start).rejects.toThrow('no randomness');
  // The last process to close the database removes its journal.
  expect(readdirSync(join(folder, 'data'))).toEqual(['kinpass.db']);
  expect(watched()).toBe(before);
});
