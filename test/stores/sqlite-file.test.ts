import { chmod, mkdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Account, Resolution } from '#src/stores/ports';
import { openStores, temporaryFile } from './sqlite-files.ts';

const account: Account = { id: 'a1', family: 'ref', createdAt: 1_000, subjectVersion: 1, endedAt: null };
const identity: Resolution['identity'] = {
  family: 'ref',
  issuer: 'https://dtc.example',
  subject: 'ana',
  provider: 'dtc',
  email: 'ana@example.com',
  linkKey: null,
  linkAuthority: null,
  createdAt: 1_000,
  provenAt: 1_000,
};
const resolution = { identity, fresh: account, link: { authorities: [], provenSince: 0 } };

/** A closed database with one account in it. */
const usedFile = async (): Promise<string> => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  await stores.accounts.resolve(resolution);
  return file;
};

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a database', () => {
  test('is made with its folder, for its owner only', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    await stores.ping();
    expect(await modeOf(dirname(file))).toBe(0o700);
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(await modeOf(path)).toBe(0o600);
  });

  test('that others could read is closed to them', async () => {
    const file = await usedFile();
    await chmod(file, 0o644);
    await using stores = await openStores(file);
    await stores.ping();
    expect(await modeOf(file)).toBe(0o600);
  });

  test('keeps everything when it is opened again', async () => {
    const file = await usedFile();
    await using stores = await openStores(file);
    expect(await stores.accounts.find('a1')).toEqual(account);
    expect(await stores.accounts.identitiesOf('a1')).toEqual([identity]);
  });

  test('is made once, however many open it at the same time', async () => {
    const file = await temporaryFile();
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => openStores(file)));
    await all[0]?.accounts.resolve(resolution);
    for (const stores of all) {
      expect(await stores.accounts.find('a1')).toEqual(account);
      await stores.close();
    }
  });
});

describe('a file that is not a database of this version is rejected by name and left unchanged', () => {
  const refused = async (file: string, hint: RegExp, key?: Uint8Array): Promise<void> => {
    const before = await readFile(file).catch(() => undefined);
    const error = await openStores(file, key).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store_invalid', hint: expect.stringMatching(hint) });
    expect(error).toMatchObject({ hint: expect.stringContaining(file) });
    expect(await readFile(file).catch(() => undefined)).toEqual(before);
  };
  const change = (file: string, sql: string): void => {
    const connection = new DatabaseSync(file);
    connection.exec(sql);
    connection.close();
  };

  test('sealed with another key', async () => {
    await refused(await usedFile(), /another key/, new Uint8Array(32).fill(8));
  });

  test('made by a newer version', async () => {
    const file = await usedFile();
    change(file, 'PRAGMA user_version = 999');
    await refused(file, /schema 999.*newer/);
  });

  test('of another program', async () => {
    const file = await temporaryFile();
    await mkdir(dirname(file));
    change(file, 'CREATE TABLE accounts (id TEXT)');
    await refused(file, /not a Kinpass database/);
  });

  test('garbage', async () => {
    const file = await temporaryFile();
    await mkdir(dirname(file));
    await writeFile(file, 'this is not a database, '.repeat(1_000));
    await refused(file, /not a database/);
  });

  test('empty', async () => {
    const file = await temporaryFile();
    await mkdir(dirname(file));
    await writeFile(file, '');
    await refused(file, /empty/);
  });

  test('cut off', async () => {
    const file = await usedFile();
    await truncate(file, 20_000);
    await refused(file, /malformed|damaged/);
  });

  test('missing, with its journal left behind', async () => {
    const file = await usedFile();
    await writeFile(`${file}-wal`, 'what was acknowledged last');
    await unlink(file);
    await refused(file, /missing/);
  });

  test('a folder', async () => {
    const file = await temporaryFile();
    await mkdir(file, { recursive: true });
    await refused(file, /cannot be opened/);
  });

  test('under a name that cannot be', async () => {
    const file = await usedFile();
    await refused(`${file}/kinpass.db`, /cannot be opened/);
  });

  test('with a key of another length', async () => {
    const opening = openStores(await temporaryFile(), new Uint8Array(16));
    await expect(opening).rejects.toMatchObject({ code: 'keys_invalid' });
  });
});
