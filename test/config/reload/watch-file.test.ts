import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { contentHash, watchFile } from '#src/config/reload/watch-file';
import { systemClock } from '#src/lib/clock';
import { within } from '../../support/within.ts';

/** A watched file; `next()` resolves at the next change that is reported. */
const watched = async (prepare?: (folder: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-watch-'));
  const file = join(folder, 'kinpass.yaml');
  if (prepare) prepare(folder);
  else writeFileSync(file, 'one');
  let changes = 0;
  let reported = Promise.withResolvers<void>();
  const idle = Promise.withResolvers<void>();
  const stop = watchFile(file, await contentHash(file), {
    // No checks at intervals: the changes must be noticed by events.
    clock: {
      ...systemClock,
      wait: (ms, signal) => {
        if (ms === 10_000) idle.resolve();
        return systemClock.wait(ms === 10_000 ? 2 ** 31 - 1 : 1, signal);
      },
    },
    onChange: async () => {
      changes += 1;
      reported.resolve();
      reported = Promise.withResolvers();
    },
  });
  onTestFinished(() => {
    stop();
    rmSync(folder, { recursive: true });
  });
  await idle.promise;
  return {
    folder,
    file,
    next: () => within(5_000, 'a change of the file is noticed', reported.promise),
    changes: () => changes,
  };
};

test('writing to the file is a change', async () => {
  const { file, next } = await watched();
  const change = next();
  writeFileSync(file, 'two');
  await change;
});

test('replacing the file is a change, every time', async () => {
  const { file, next } = await watched();
  for (const text of ['two', 'three', 'four']) {
    const change = next();
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    await change;
  }
});

test('swapping a link beside the file is a change, as in Kubernetes', async () => {
  const { folder, next } = await watched((at) => {
    writeFileSync(join(at, 'first'), 'one');
    symlinkSync('first', join(at, '..data'));
    symlinkSync('..data', join(at, 'kinpass.yaml'));
  });
  const change = next();
  writeFileSync(join(folder, 'second'), 'two');
  symlinkSync('second', join(folder, '..new'));
  renameSync(join(folder, '..new'), join(folder, '..data'));
  await change;
});

test('deleting the file is a change, and so is recreating it', async () => {
  const { file, next } = await watched();
  const gone = next();
  unlinkSync(file);
  await gone;
  const back = next();
  writeFileSync(file, 'two');
  await back;
});

test('touching the file or changing another one is not a change', async () => {
  const { folder, file, next, changes } = await watched();
  utimesSync(file, 1, 1);
  writeFileSync(join(folder, 'other.yaml'), 'other');
  const change = next();
  writeFileSync(file, 'two');
  await change;
  expect(changes()).toBe(1);
});
