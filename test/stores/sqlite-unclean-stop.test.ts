import { once } from 'node:events';
import { copyFile, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import type { Stores } from '#src/stores/ports';
import { checkAfterUncleanStop } from '#src/stores/sqlite/check-after-unclean-stop';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { instance } from '../support/builders.ts';
import { openStores, sealingKey, temporaryFile } from './sqlite-files.ts';

/** A database as a machine leaves it that loses its power: nobody closed it. */
const unclosed = async (): Promise<string> => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  await stores.instances.add(instance({ id: 'tv' }));
  const copy = join(dirname(file), 'copy.db');
  for (const part of ['', '-wal']) await copyFile(`${file}${part}`, `${copy}${part}`);
  return copy;
};

/** The stores, and what was logged while they were opened. */
const opened = async (file: string): Promise<{ stores: Stores; warnings: object[] }> => {
  const warnings: object[] = [];
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const stores = await openSqliteStores({ file, sealingKey, log });
  onTestFinished(() => stores.close());
  return { stores, warnings };
};

/** The last page, which nothing but a check reads at a start. */
const damage = async (file: string): Promise<void> => {
  const { size } = await stat(file);
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(4_096, 0xff), 0, 4_096, size - 4_096);
  await handle.close();
};

const filesOf = async (file: string): Promise<string[]> =>
  (await readdir(dirname(file))).filter((name) => name.startsWith(basename(file))).sort();

test('after an unclean stop all pages are read, which is logged; what was acknowledged is there', async () => {
  const file = await unclosed();
  const { stores, warnings } = await opened(file);
  expect(warnings).toEqual([{ file, ms: expect.any(Number) }]);
  expect(await stores.instances.find('tv')).toBeDefined();
  await stores.close();
  expect(await filesOf(file)).toEqual(['copy.db']);
});

test('after a clean stop they are not', async () => {
  const file = await unclosed();
  await (await openStores(file)).close();
  expect((await opened(file)).warnings).toEqual([]);
});

test('beside a process that has it open they are not', async () => {
  const file = await unclosed();
  const { stores } = await opened(file);
  await stores.instances.add(instance({ id: 'phone' }));
  expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
  expect((await opened(file)).warnings).toEqual([]);
});

test('of several that start after it one reads them, and the others wait', async () => {
  const file = await unclosed();
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => opened(file)));
  expect(all.flatMap(({ warnings }) => warnings)).toHaveLength(1);
  for (const { stores } of all) expect(await stores.instances.find('tv')).toBeDefined();
});

/** Another thread that checks a file: it keeps everybody out, and leaves a mark if the file has not passed. */
const startCheck = async (file: string, passes: boolean): Promise<void> => {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { file, passes } = workerData;
    const connection = new (require('node:sqlite').DatabaseSync)(file);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; SELECT 1 FROM sqlite_schema');
    parentPort.postMessage('begun');
    setTimeout(() => {
      if (!passes) require('node:fs').writeFileSync(file + '-unchecked', '');
      connection.close();
    }, 300);`;
  await once(new Worker(code, { eval: true, workerData: { file, passes } }), 'message');
};

test.each([
  ['passes, which is enough', true, undefined],
  ['does not pass, and is checked again', false, expect.any(Number)],
])('a file that is being checked is waited for: it %s', async (_what, passes, checked) => {
  const file = await unclosed();
  await startCheck(file, passes);
  // This thread does nothing else until the other one has closed the file.
  expect(checkAfterUncleanStop(file, systemClock)).toEqual(checked);
  expect(await filesOf(file)).not.toContain('copy.db-unchecked');
});

test('damage is refused then, by all of several and at every later start, until the file is restored', async () => {
  const file = await unclosed();
  const whole = await unclosed();
  await damage(file);
  const refusal = {
    code: 'store_invalid',
    field: 'store.file',
    hint: expect.stringMatching(/malformed|damaged/),
  };
  const starts = await Promise.allSettled([1, 2, 3].map(() => openStores(file)));
  expect(starts).toMatchObject(starts.map(() => ({ status: 'rejected', reason: refusal })));
  await expect(openStores(file)).rejects.toMatchObject(refusal);

  await copyFile(whole, file);
  const { stores, warnings } = await opened(file);
  expect(warnings).toHaveLength(1);
  await stores.close();
  expect(await filesOf(file)).toEqual(['copy.db']);
});
