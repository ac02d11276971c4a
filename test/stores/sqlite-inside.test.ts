import { readFile, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Stores } from '#src/stores/ports';
import { migrate } from '#src/stores/sqlite/migrate';
import { migrations } from '#src/stores/sqlite/schema';
import { auditRecord, signIn } from '../support/builders.ts';
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
    await using stores = await openStores(file);
    const expiresAt = clock.now() + minute;
    const identity = {
      family: 'ref',
      issuer: 'i',
      subject: 's',
      provider: 'dtc',
      email: secrets.email,
      linkKey: null,
      linkAuthority: null,
      createdAt: 1,
      provenAt: 1,
    };
    const account = { id: 'in the clear', family: 'ref', createdAt: 1, subjectVersion: 1, endedAt: null };
    await stores.accounts.resolve({
      identity,
      fresh: account,
      link: { authorities: [], provenSince: 0 },
    });
    await stores.accounts.keepClaim('in the clear', 'user_id', secrets.claim);
    await stores.credentials.add({
      id: 'c',
      secret: secrets.clientSecret,
      instance: 'i',
      holder: '',
      createdAt: 1,
    });
    await stores.records.put('adobe-code', secrets.recordKey, {
      value: { v: secrets.recordValue },
      expiresAt,
    });
    await stores.artifacts.upsert(
      {
        model: 'DeviceCode',
        id: secrets.artifactId,
        payload: { claim: secrets.artifactPayload },
        userCode: secrets.userCode,
        uid: secrets.uid,
        grantId: secrets.grantId,
      },
      clock.now(),
    );

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

describe('while another process holds the lock', () => {
  const upsert = (stores: Stores) => stores.artifacts.upsert({ model: 'Grant', id: 'g', payload: {} }, 0);
  const find = (stores: Stores) => stores.artifacts.find('Grant', 'g', 0);

  test('a write waits while reads go on, and is done once the lock is free', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    const other = inside(file);
    other.exec('BEGIN IMMEDIATE');
    const writing = upsert(stores);
    for (let reads = 0; reads < 100; reads += 1) {
      expect(await find(stores)).toBeUndefined();
      await setImmediate(); // lets the write reach the other thread
    }
    other.exec('COMMIT');
    await writing;
    expect(await find(stores)).toBeDefined();
  });

  test('a write gives up before its caller does, and nothing of it is done', {
    timeout: 15_000,
  }, async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    const other = inside(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(upsert(stores)).rejects.toMatchObject({
      code: 'gateway_unavailable',
      hint: undefined,
      retryAfter: 1,
      detail: `${file}: database is locked`,
    });
    other.exec('COMMIT');
    expect(await find(stores)).toBeUndefined();
    await upsert(stores);
    expect(await find(stores)).toBeDefined();
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

  test('what was there before sign-ins had a family and provenance goes on as it was', () => {
    const connection = fresh();
    migrate(connection, 'kinpass.db', migrations.slice(0, 3));
    connection.exec(`
      INSERT INTO accounts (id, family, created_at) VALUES ('a1', 'ref', 1);
      INSERT INTO identities VALUES ('ref', 'i', 's', 'a1', 'dtc', NULL, 'key', 1);
      INSERT INTO instances VALUES ('tv', 'app', 'signed-in', NULL, NULL, NULL, 1), ('new', 'app', 'registered', 'h', NULL, NULL, 1);
      INSERT INTO sign_ins VALUES ('g1', 'app', 'tv', 'a1', 7);
      INSERT INTO credentials VALUES ('c', 's', 'tv', 'a1', 1);
      INSERT INTO records VALUES ('lease', 'k', 'v', 1), ('client-token', 'k', 'v', 1);
    `);
    migrate(connection, 'kinpass.db');
    expect(
      connection.prepare('SELECT family, provider, proven_at, idle_at > 7 AS later FROM sign_ins').all(),
    ).toMatchObject([{ family: 'ref', provider: null, proven_at: 7, later: 1 }]);
    expect(connection.prepare('SELECT id, had_pair FROM instances ORDER BY id').all()).toMatchObject([
      { id: 'new', had_pair: 0 },
      { id: 'tv', had_pair: 1 },
    ]);
    expect(
      connection.prepare('SELECT link_key, link_authority, proven_at FROM identities').all(),
    ).toMatchObject([{ link_key: 'key', link_authority: null, proven_at: null }]);
    expect(count(connection, 'records')).toBe(1);
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

describe('while the audit log cannot be written', () => {
  const ana = { kind: 'account', id: 'ana', reason: '', at: 1_000 } as const;
  const full = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";

  test('nothing is revoked', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    await stores.signIns.record(signIn({ grant: 'g', viewer: 'ana' }));
    inside(file).exec(full);
    await expect(stores.revocations.add(ana, auditRecord())).rejects.toThrow('full');
    expect(await stores.revocations.anyOf([ana])).toBeUndefined();
    expect(await stores.signIns.find('g')).toBeDefined();
  });

  test('nothing is lifted', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    await stores.revocations.add(ana, auditRecord());
    inside(file).exec(full);
    await expect(stores.revocations.lift(ana, auditRecord())).rejects.toThrow('full');
    expect(await stores.revocations.anyOf([ana])).toBeDefined();
  });
});

describe('the journal', () => {
  const megabyte = 1_000_000;
  const journalOf = async (file: string): Promise<number> => (await stat(`${file}-wal`)).size;

  /** Some 10 MB of writes, while others read. */
  const write = async (stores: Stores): Promise<void> => {
    for (let round = 0; round < 50; round += 1) {
      const keys = Array.from({ length: 50 }, (_, index) => `${round} ${index}`);
      const entry = { value: 'x'.repeat(2_000), expiresAt: 1 };
      const reads = keys.map((key) => stores.records.get('transaction', key, 0));
      await Promise.all(keys.map((key) => stores.records.put('transaction', key, entry)));
      await Promise.all(reads);
    }
  };

  test('is written back while reads and writes go on, and is used again', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    await write(stores);
    expect(await journalOf(file)).toBeLessThan(4 * megabyte);
  });

  test('grows beside a reader that does not end, holds up nobody, and is small again after it', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    await stores.ping();
    const other = inside(file);
    other.exec('BEGIN; SELECT * FROM records');
    await write(stores);
    expect(await journalOf(file)).toBeGreaterThan(8 * megabyte);
    other.exec('COMMIT');
    await write(stores);
    expect(await journalOf(file)).toBeLessThan(4 * megabyte);
  });
});
