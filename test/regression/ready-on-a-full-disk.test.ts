import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';

test('readiness writes to the database each time, so that a full disk is detected', async () => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  using other = new DatabaseSync(file);
  /** Changes with every commit of others that wrote something. */
  const version = () => other.prepare('PRAGMA data_version').get()?.['data_version'];
  const seen = [version()];
  for (let pings = 0; pings < 3; pings += 1) {
    await stores.ping();
    seen.push(version());
  }
  expect(new Set(seen).size).toBe(4);
});
