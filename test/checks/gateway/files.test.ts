import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createKeysCheck } from '#src/checks/gateway/keys';
import { createStoreCheck } from '#src/checks/gateway/store';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';
import { generateKey } from '#src/signing-keys/admin/add-key';
import { keysFolder } from '../../signing-keys/keys-folder.ts';
import { startGateway, type TestWorld } from '../../support/start-gateway.ts';
import { examine } from './examine.ts';

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

const signal = new AbortController().signal;
const day = 86_400_000;

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({ settings: { trustedProxies: [] } });
});
afterEach(async () => {
  await t.control.reset(); // Adobe's rate limit
});
afterAll(() => t[Symbol.asyncDispose]());

/** The only check that failed or warned. */
const theFault = async (world: Parameters<typeof examine>[0]) => {
  const seen = await examine(world);
  const found = [...seen.failed, ...seen.warned];
  expect(found).toHaveLength(1);
  return seen.of(found[0] ?? '');
};

describe('the store', () => {
  let file: string;
  let settings: TestWorld['settings'];
  /** The database that a gateway has left. */
  beforeEach(async () => {
    file = join(temporary(), 'kinpass.db');
    settings = { ...t.settings, store: { kind: 'sqlite', file } };
    await (await createGateway(parseConfig(settings))).close();
  });
  const theFaultOfTheStore = async (uid?: number) => {
    const fault = await theFault({ settings, ...(uid !== undefined && { uid }) });
    expect(fault.id).toBe('store');
    return fault;
  };

  test('is ok with its schema, its size and the free space', async () => {
    const before = readdirSync(join(file, '..'));
    const { failed, of } = await examine({ settings });
    expect(failed).toEqual([]);
    const facts = { schema: expect.any(Number), freeMB: expect.any(Number), journalMB: 0, sizeMB: 0 };
    expect(of('store')).toMatchObject({ verdict: 'ok', facts });
    expect(readdirSync(join(file, '..'))).toEqual(before);
  });

  test('is read beside a gateway that uses it', async () => {
    await using gateway = await startGateway({ settings: { store: { kind: 'sqlite', file } } });
    await gateway.signIn(gateway.device('tv'), 'ana');
    expect((await examine(gateway)).of('store').verdict).toBe('ok');
    await gateway.signIn(gateway.device('phone'), 'ben');
  });

  test('that is damaged somewhere in the middle is the only failure', async () => {
    const bytes = readFileSync(file);
    bytes.fill(0xff, 8 * 4096, 9 * 4096);
    writeFileSync(file, bytes);
    expect((await theFaultOfTheStore()).cure).toContain('is damaged. Restore it from a backup.');
  });

  test('that is no database is the only failure', async () => {
    writeFileSync(file, 'not a database, but long enough to be taken for one'.repeat(100));
    expect((await theFaultOfTheStore()).cure).toContain(file);
  });

  test('of another program, or of a newer Kinpass, is the only failure', async () => {
    const change = (pragma: string) => {
      using database = new DatabaseSync(file);
      database.exec(pragma);
    };
    change('PRAGMA user_version = 999');
    expect((await theFaultOfTheStore()).cure).toContain('written by a newer Kinpass');
    change('PRAGMA application_id = 7');
    expect((await theFaultOfTheStore()).cure).toContain('is not a Kinpass database');
  });

  test('that others may read is the only failure, one of another user a warning', async () => {
    const mine = process.getuid?.() ?? 0;
    chmodSync(file, 0o640);
    expect(await theFaultOfTheStore()).toMatchObject({
      cure: `Run chmod 600 ${file}.`,
      facts: { mode: '640' },
    });
    chmodSync(file, 0o600);
    expect(await theFaultOfTheStore(mine + 1)).toMatchObject({ verdict: 'warning', facts: { owner: mine } });
  });

  test('in memory, or not made yet, is skipped', async () => {
    const check = (store: Parameters<typeof createStoreCheck>[0]['store']) =>
      createStoreCheck({ store, clock: systemClock, uid: undefined }).run(signal);
    expect(await check({ kind: 'memory' })).toMatchObject({ verdict: 'skipped' });
    expect(await check({ kind: 'sqlite', file: `${file}.none` })).toMatchObject({ verdict: 'skipped' });
  });
});

describe('the keys', () => {
  /** The gateway's keys directory, to be changed. */
  const copied = (): string => {
    const folder = join(temporary(), 'keys');
    cpSync((t.settings['keys'] as { directory: string }).directory, folder, { recursive: true });
    return folder;
  };
  const settingsOf = (directory: string) => ({ ...t.settings, keys: { directory } });

  test('are the only failure without the file of the active key', async () => {
    const directory = copied();
    rmSync(join(directory, 'service-token.pem'));
    expect(await theFault({ settings: settingsOf(directory) })).toMatchObject({
      id: 'keys',
      verdict: 'failed',
    });
  });

  test('are the only failure when others may read them', async () => {
    const directory = copied();
    chmodSync(join(directory, 'service-token.pem'), 0o644);
    const fault = await theFault({ settings: settingsOf(directory) });
    expect(fault).toMatchObject({ id: 'keys', cure: expect.stringContaining('chmod 600') });
  });

  test('are the only failure when a successor has a damaged file, before it is needed', async () => {
    await using folder = await keysFolder();
    await folder.startedBefore();
    const manager = await folder.manager();
    const { where } = await generateKey(manager, 2_048);
    const name = where?.kind === 'file' ? where.name : '';
    await folder.write(name, 'not a key');
    expect(
      await createKeysCheck({ openKeys: async () => manager, production: false }).run(signal),
    ).toMatchObject({
      verdict: 'failed',
      cure: expect.stringContaining(name),
    });
  });

  test('that the running gateway does not publish are the only failure', async () => {
    const directory = join(temporary(), 'keys');
    const settings = settingsOf(directory);
    await (await createGateway(parseConfig(settings))).close();
    expect(await theFault({ settings })).toMatchObject({
      id: 'keys.published',
      facts: { missing: [expect.any(String)], unknownHere: [expect.any(String)] },
    });
  });

  test('are skipped where there are none yet, and none are made', async () => {
    const directory = join(temporary(), 'keys');
    const { of } = await examine({ settings: settingsOf(directory) });
    expect([of('keys').verdict, of('keys.published').verdict]).toEqual(['skipped', 'skipped']);
    expect(readdirSync(join(directory, '..'))).toEqual([]);
  });

  test('tell their age, and warn when it is time for others', async () => {
    await using folder = await keysFolder();
    await folder.startedBefore();
    const manager = await folder.manager();
    const seen = () => createKeysCheck({ openKeys: async () => manager, production: false }).run(signal);
    expect(await seen()).toMatchObject({ verdict: 'ok', facts: { ageDays: expect.any(Number) } });
    await folder.clock.leap(366 * day);
    expect(await seen()).toMatchObject({
      verdict: 'warning',
      cure: expect.stringContaining('kinpass keys generate'),
    });
  });

  test('in production, the key that signs must be one that Adobe has acknowledged', async () => {
    await using folder = await keysFolder();
    await folder.startedBefore();
    const manager = await folder.manager();
    expect(
      await createKeysCheck({ openKeys: async () => manager, production: true }).run(signal),
    ).toMatchObject({
      verdict: 'warning',
      summary: expect.stringContaining('Adobe has not acknowledged'),
      facts: { acknowledged: false },
    });
  });

  test('one that waits for Adobe is told, and after two weeks it is a warning', async () => {
    await using folder = await keysFolder();
    await folder.startedBefore();
    const manager = await folder.manager();
    const { kid } = await generateKey(manager, 2_048);
    const seen = () => createKeysCheck({ openKeys: async () => manager, production: false }).run(signal);
    const waiting = { waiting: kid, state: 'draft', waitingDays: 0, next: 'export it and send it to Adobe' };
    expect(await seen()).toMatchObject({ verdict: 'ok', facts: waiting });
    await folder.clock.leap(15 * day);
    expect(await seen()).toMatchObject({
      verdict: 'warning',
      summary: 'A key has been waiting for 15 days.',
      cure: expect.stringContaining('export it'),
    });
  });
});
