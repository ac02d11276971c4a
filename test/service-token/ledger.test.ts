import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { generateKey } from '#src/service-token/add-key';
import { createLedger } from '#src/service-token/ledger';
import type { LedgerEntry } from '#src/service-token/ledger-line';
import { keysFolder } from './keys-folder.ts';

const exported = (entries: LedgerEntry[] | undefined, by: string): LedgerEntry => {
  const [first] = entries ?? [];
  if (!first) throw new Error('the ledger has begun');
  return { at: first.at, by, event: 'exported', kid: first.kid, fingerprint: first.fingerprint };
};

test('many who write at once each find what the others wrote, and no line is lost or split', async () => {
  await using keys = await keysFolder({ realTime: systemClock });
  (await keys.ring()).close();
  const before = await keys.read('ledger.jsonl');
  const counts = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { count } = await createLedger(keys.directory, systemClock).change(async (entries) => ({
        append: [exported(entries, `writer ${n}`)],
        count: entries?.length,
      }));
      return count;
    }),
  );
  expect(counts.sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  const after = await keys.read('ledger.jsonl');
  expect(after.startsWith(before)).toBe(true);
  const writers = (await createLedger(keys.directory, systemClock).read())?.slice(2).map(({ by }) => by);
  expect(new Set(writers).size).toBe(20);
});

test('who is killed in the middle of a change leaves the ledger as it was, and open to others', async () => {
  await using keys = await keysFolder({ realTime: systemClock });
  (await keys.ring()).close();
  const before = await keys.read('ledger.jsonl');
  const script = join(import.meta.dirname, 'processes/hold-ledger.ts');
  const rival = spawn(process.execPath, ['--conditions=kinpass-source', script, keys.directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(rival.stdout, 'data');
  const late = createLedger(keys.directory, systemClock).change(async (entries) => ({
    append: [exported(entries, 'who came after')],
  }));
  rival.kill('SIGKILL');
  await late;
  const lines = (await keys.read('ledger.jsonl')).slice(before.length).trimEnd().split('\n');
  expect(lines).toEqual([expect.stringContaining('who came after')]);
});

test('a change that fails writes nothing', async () => {
  await using keys = await keysFolder();
  (await keys.ring()).close();
  const before = await keys.everything();
  const failing = createLedger(keys.directory, keys.clock).change(() => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await keys.everything()).toBe(before);
});

test.skipIf(process.getuid?.() !== 0)('what root makes belongs to the user of the folder', async () => {
  await using keys = await keysFolder();
  await chown(keys.directory, 12_345, 12_345);
  await generateKey(await keys.desk(), 2048);
  for (const name of await readdir(keys.directory)) {
    expect(await stat(keys.path(name)), name).toMatchObject({ uid: 12_345, gid: 12_345 });
  }
});
