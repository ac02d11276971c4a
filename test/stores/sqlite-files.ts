import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '#src/lib/clock';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { createManualClock } from '../support/manual-clock.ts';

export const sealingKey = new Uint8Array(32).fill(7);

/** A name for a database, in a folder that is not there yet; gone with the test. */
export const temporaryFile = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-stores-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'data', 'kinpass.db');
};

interface Options {
  readonly clock?: Clock;
  readonly key?: Uint8Array;
}

export const openStores = (file: string, { clock, key }: Options = {}): Promise<Stores> =>
  openSqliteStores({ file, sealingKey: key ?? sealingKey, clock: clock ?? createManualClock() });
