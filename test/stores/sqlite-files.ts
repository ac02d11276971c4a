import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLog } from '#src/observability/logger';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

export const sealingKey = new Uint8Array(32).fill(7);

/** A name for a database, in a folder that is not there yet; gone with the test. */
export const temporaryFile = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-stores-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'data', 'kinpass.db');
};

export const openStores = (file: string, key: Uint8Array = sealingKey): Promise<Stores> =>
  openSqliteStores({ file, sealingKey: key, log: createLog('silent') });
