import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '#src/stores/sqlite/migrate';
import { migrations } from '#src/stores/sqlite/schema';
import { createManualClock } from '../support/manual-clock.ts';
import { openStores, temporaryFile } from './sqlite-files.ts';

const minute = 60_000;

/** Another connection to a database, which sees what is really stored. */
const inside = (file: string): DatabaseSync => {
  const connection = new DatabaseSync(file);
  onTestFinished(() => connection.close());
  return connection;
};

const count = (connection: DatabaseSync, table: string): unknown =>
  connection.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];

describe('secrets', () => {
  const secrets = {
    email: 'ana.secret@example.com',
    claim: 'programmer-user-id-of-ana',
    clientSecret: 'adobe-client-secret',
    recordKey: 'ABCDEFG-record-key',
    recordValue: 'adobe-access-token',
    artifactId: 'refresh-token-handle',
    artifactPayload: 'payload-claim',
    userCode: 'WDJB-MJHT',
    uid: 'session-uid',
    grantId: 'grant-handle',
  };

  test('are nowhere in the bytes of the database and its journal', async () => {
    const file = await temporaryFile();
    const clock = createManualClock();
    await using stores = await openStores(file, { clock });
    const expiresAt = clock.now() + minute;
    const identity = {
      family: 'ref',
      issuer: 'i',
      subject: 's',
      provider: 'dtc',
      linkKey: null,
      createdAt: 1,
    };
    const account = { id: 'in the clear', family: 'ref', createdAt: 1, subjectVersion: 1 };
    await stores.accounts.resolve({ ...identity, email: secrets.email }, account);
    await stores.accounts.keepClaim('in the clear', 'user_id', secrets.claim);
    await stores.credentials.add({
      id: 'c',
      secret: secrets.clientSecret,
      instance: 'i',
      holder: '',
      createdAt: 1,
    });
    await stores.records.put('lease', secrets.recordKey, { value: { v: secrets.recordValue }, expiresAt });
    await stores.artifacts.upsert({
      model: 'DeviceCode',
      id: secrets.artifactId,
      payload: { claim: secrets.artifactPayload },
      userCode: secrets.userCode,
      uid: secrets.uid,
      grantId: secrets.grantId,
    });

    const journal = await readFile(`${file}-wal`);
    expect(journal.includes('in the clear')).toBe(true);
    inside(file).exec('PRAGMA wal_checkpoint(PASSIVE)');
    const database = await readFile(file);
    expect(database.includes('in the clear')).toBe(true);
    for (const secret of Object.values(secrets)) {
      expect([secret, journal.includes(secret), database.includes(secret)]).toEqual([secret, false, false]);
    }
  });

  test('do not open in another row, and the refusal does not tell them', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    for (const id of ['c1', 'c2']) {
      await stores.credentials.add({ id, secret: `secret of ${id}`, instance: id, holder: '', createdAt: 1 });
    }
    inside(file).exec(`UPDATE credentials
      SET sealed_secret = (SELECT sealed_secret FROM credentials WHERE id = 'c1') WHERE id = 'c2'`);
    const error = await stores.credentials.byId('c2').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store_invalid' });
    expect(JSON.stringify([error, String(error)])).not.toContain('secret of');
    expect((await stores.credentials.byId('c1'))?.secret).toBe('secret of c1');
  });
});

test('what has expired goes away as writes go by, and nothing else does', async () => {
  const file = await temporaryFile();
  const clock = createManualClock();
  await using stores = await openStores(file, { clock });
  const expiresAt = clock.now() + minute;
  for (let index = 0; index < 40; index += 1) {
    await stores.records.put('transaction', `k${index}`, { value: index, expiresAt });
    await stores.artifacts.upsert({ model: 'AccessToken', id: `t${index}`, payload: {}, expiresAt });
  }
  await stores.artifacts.upsert({ model: 'Grant', id: 'kept', payload: {} });
  await clock.advance(minute);
  for (let index = 0; index < 50; index += 1) {
    await stores.records.put('transaction', 'kept', { value: index, expiresAt: expiresAt + minute });
  }
  const connection = inside(file);
  expect([count(connection, 'records'), count(connection, 'artifacts')]).toEqual([1, 1]);
});

describe('while another process holds the lock', () => {
  test('a write waits without blocking, and is done once the lock is free', async () => {
    const file = await temporaryFile();
    const clock = createManualClock();
    await using stores = await openStores(file, { clock });
    const other = inside(file);
    other.exec('BEGIN IMMEDIATE');
    const writing = stores.artifacts.upsert({ model: 'Grant', id: 'g', payload: {} });
    expect(clock.waiting).toBe(1);
    expect(await stores.artifacts.find('Grant', 'g')).toBeUndefined();
    other.exec('COMMIT');
    await clock.advance(1_000);
    await writing;
    expect(await stores.artifacts.find('Grant', 'g')).toBeDefined();
  });

  test('a write gives up in the end, and nothing of it is done', async () => {
    const file = await temporaryFile();
    const clock = createManualClock();
    await using stores = await openStores(file, { clock });
    const other = inside(file);
    other.exec('BEGIN IMMEDIATE');
    const refused = expect(
      stores.artifacts.upsert({ model: 'Grant', id: 'g', payload: {} }),
    ).rejects.toMatchObject({
      code: 'gateway_unavailable',
      hint: undefined,
    });
    await clock.advance(10_000);
    await refused;
    expect(clock.waiting).toBe(0);
    other.exec('COMMIT');
    expect(await stores.artifacts.find('Grant', 'g')).toBeUndefined();
  });
});

describe('migrations', () => {
  const first = 'CREATE TABLE notes (text TEXT) STRICT';
  const second = "ALTER TABLE notes ADD COLUMN author TEXT DEFAULT 'nobody'";
  const fresh = (): DatabaseSync => inside(':memory:');

  test('run once each, in order, and keep what is there', () => {
    const connection = fresh();
    migrate(connection, 'notes.db', [first]);
    connection.exec("INSERT INTO notes VALUES ('kept')");
    migrate(connection, 'notes.db', [first, second]);
    migrate(connection, 'notes.db', [first, second]);
    expect(connection.prepare('SELECT * FROM notes').all()).toMatchObject([
      { text: 'kept', author: 'nobody' },
    ]);
  });

  test('leave everything as it was when one fails', () => {
    const connection = fresh();
    migrate(connection, 'notes.db', [first]);
    expect(() => migrate(connection, 'notes.db', [first, second, 'NONSENSE'])).toThrow(/syntax/);
    connection.exec("INSERT INTO notes VALUES ('one column')");
    migrate(connection, 'notes.db', [first, second]);
    expect(count(connection, 'notes')).toBe(1);
  });

  test('an account from before there were versions has its subject from the first', () => {
    const connection = fresh();
    migrate(connection, 'kinpass.db', migrations.slice(0, 1));
    connection.exec("INSERT INTO accounts (id, family, created_at) VALUES ('a1', 'ref', 1)");
    migrate(connection, 'kinpass.db');
    expect(connection.prepare('SELECT id, subject_version FROM accounts').all()).toMatchObject([
      { id: 'a1', subject_version: 1 },
    ]);
  });
});
