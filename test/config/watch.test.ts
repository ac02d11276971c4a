import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { contentHash, watchFile } from '#src/config/watch-file';
import { systemClock } from '#src/lib/clock';
import { within } from '../support/within.ts';

/** A watched file; `next()` resolves at the next change that is told of. */
const watched = async (prepare?: (folder: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-watch-'));
  const file = join(folder, 'kinpass.yaml');
  if (prepare) prepare(folder);
  else writeFileSync(file, 'one');
  let changes = 0;
  let told = Promise.withResolvers<void>();
  const idle = Promise.withResolvers<void>();
  const stop = watchFile(file, await contentHash(file), {
    // What is looked for at intervals would come by itself: here only events count.
    clock: {
      ...systemClock,
      wait: (ms, signal) => {
        if (ms === 10_000) idle.resolve();
        return systemClock.wait(ms === 10_000 ? 2 ** 31 - 1 : 1, signal);
      },
    },
    onChange: async () => {
      changes += 1;
      told.resolve();
      told = Promise.withResolvers();
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
    next: () => within(5_000, 'a change of the file is noticed', told.promise),
    changes: () => changes,
  };
};

test('writing to it is a change', async () => {
  const { file, next } = await watched();
  const change = next();
  writeFileSync(file, 'two');
  await change;
});

test('another file in its place is a change, again and again', async () => {
  const { file, next } = await watched();
  for (const text of ['two', 'three', 'four']) {
    const change = next();
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    await change;
  }
});

test('a link that is swapped beside it is a change, as Kubernetes does', async () => {
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

test('a file that goes away is a change, and so is its return', async () => {
  const { file, next } = await watched();
  const gone = next();
  unlinkSync(file);
  await gone;
  const back = next();
  writeFileSync(file, 'two');
  await back;
});

test('touching it, or another file, is none', async () => {
  const { folder, file, next, changes } = await watched();
  utimesSync(file, 1, 1);
  writeFileSync(join(folder, 'other.yaml'), 'other');
  const change = next();
  writeFileSync(file, 'two');
  await change;
  expect(changes()).toBe(1);
});
