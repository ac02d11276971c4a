import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from '#src/stores/sqlite/migrate';
import { migrations } from '#src/stores/sqlite/schema';
import { openStores, temporaryFile } from './sqlite-files.ts';

/** A database as an earlier version left it, with one account in it. */
const earlier = async (version: number): Promise<string> => {
  const file = await temporaryFile();
  await mkdir(dirname(file));
  const connection = new DatabaseSync(file);
  migrate(connection, file, migrations.slice(0, version));
  connection.exec("INSERT INTO accounts (id, family, created_at) VALUES ('ana', 'ref', 0)");
  connection.close();
  return file;
};

test.each([
  ['that is older than the journal of subjects says so in its first entry', 1, ['introduced']],
  ['that lost its journal does not', 3, []],
  ['that is new does not', 0, []],
])('a database %s', async (_what, version, events) => {
  const file = version === 0 ? await temporaryFile() : await earlier(version);
  for (let opened = 0; opened < 2; opened += 1) {
    await using stores = await openStores(file);
    expect((await stores.subjects.read()).map(({ event }) => event['event'])).toEqual(events);
  }
});
