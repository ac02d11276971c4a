import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';
import { generateKey } from '#src/signing-keys/admin/add-key';
import { createLedger } from '#src/signing-keys/ledger/ledger';
import type { LedgerEntry } from '#src/signing-keys/ledger/ledger-line';
import { keysFolder } from './keys-folder.ts';

const exported = (entries: LedgerEntry[] | undefined, by: string): LedgerEntry => {
  const [first] = entries ?? [];
  if (!first) throw new Error('the ledger is empty');
  return { at: first.at, by, event: 'exported', kid: first.kid, fingerprint: first.fingerprint };
};

test('concurrent writers see the lines of the others, and no line is lost or split', async () => {
  await using keys = await keysFolder({ realTime: systemClock });
  await keys.startedBefore();
  const before = await keys.read('ledger.jsonl');
  const counts = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { count } = await createLedger(createKeyFolder(keys.directory, systemClock)).change(
        async (entries) => ({
          append: [exported(entries, `writer ${n}`)],
          count: entries?.length,
        }),
      );
      return count;
    }),
  );
  expect(counts.sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  const after = await keys.read('ledger.jsonl');
  expect(after.startsWith(before)).toBe(true);
  const writers = (await createLedger(createKeyFolder(keys.directory, systemClock)).read())
    ?.slice(2)
    .map(({ by }) => by);
  expect(new Set(writers).size).toBe(20);
});

test('a process killed in the middle of a change leaves the ledger unchanged and unlocked', async () => {
  await using keys = await keysFolder({ realTime: systemClock });
  await keys.startedBefore();
  const before = await keys.read('ledger.jsonl');
  const script = join(import.meta.dirname, 'processes/hold-ledger.ts');
  const rival = spawn(process.execPath, ['--conditions=kinpass-source', script, keys.directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(rival.stdout, 'data');
  const late = createLedger(createKeyFolder(keys.directory, systemClock)).change(async (entries) => ({
    append: [exported(entries, 'the next writer')],
  }));
  rival.kill('SIGKILL');
  await late;
  const lines = (await keys.read('ledger.jsonl')).slice(before.length).trimEnd().split('\n');
  expect(lines).toEqual([expect.stringContaining('the next writer')]);
});

test('a lock that is never released is reported after ten seconds', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  using holder = new DatabaseSync(keys.path('ledger.lock'));
  holder.exec('BEGIN EXCLUSIVE');
  const waits: number[] = [];
  const clock = {
    wait: async (ms: number) => {
      waits.push(ms);
    },
  };
  const change = createLedger(createKeyFolder(keys.directory, clock)).change(async () => ({ append: [] }));
  await expect(change).rejects.toMatchObject({
    code: 'keys_invalid',
    field: keys.path('ledger.lock'),
    hint: expect.stringMatching(
      /ledger\.lock is locked by another process: wait until it has finished, or end it$/,
    ),
  });
  expect(waits.length).toBe(499);
  expect(new Set(waits)).toEqual(new Set([20]));
});

test('an error of the lock file itself is not taken for a lock', async () => {
  await using keys = await keysFolder();
  await keys.write('ledger.lock', 'this is not a database');
  const change = createLedger(createKeyFolder(keys.directory, keys.clock)).change(async () => ({
    append: [],
  }));
  await expect(change).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
});

test('what the file system refuses is reported with its code', async () => {
  await using keys = await keysFolder();
  await keys.write('file', '');
  const nowhere = createLedger(createKeyFolder(keys.path('file/sub'), keys.clock));
  await expect(nowhere.change(async () => ({ append: [] }))).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringMatching(
      /file\/sub\/ledger\.lock cannot be created \(E\w+\): make the folder writable$/,
    ),
  });
  await mkdir(keys.path('ledger.jsonl'));
  await expect(createLedger(createKeyFolder(keys.directory, keys.clock)).read()).rejects.toMatchObject({
    code: 'keys_invalid',
    hint: expect.stringMatching(/ledger\.jsonl cannot be read \(EISDIR\): grant this user access$/),
  });
});

test('a change without lines does not touch the file', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const { ino } = await stat(keys.path('ledger.jsonl'));
  const ledger = createLedger(createKeyFolder(keys.directory, keys.clock));
  expect(await ledger.change(async () => ({ append: [], result: 7 }))).toEqual({ append: [], result: 7 });
  expect((await stat(keys.path('ledger.jsonl'))).ino).toBe(ino);
});

test('a failed change writes nothing', async () => {
  await using keys = await keysFolder();
  await keys.startedBefore();
  const before = await keys.everything();
  const failing = createLedger(createKeyFolder(keys.directory, keys.clock)).change(() =>
    Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await keys.everything()).toBe(before);
});

test.skipIf(process.getuid?.() !== 0)('files created by root belong to the owner of the folder', async () => {
  await using keys = await keysFolder();
  await chown(keys.directory, 12_345, 12_345);
  await generateKey(await keys.manager(), 2048);
  for (const name of await readdir(keys.directory)) {
    expect(await stat(keys.path(name)), name).toMatchObject({ uid: 12_345, gid: 12_345 });
  }
});
