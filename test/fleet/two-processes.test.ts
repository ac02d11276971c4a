import { DatabaseSync } from 'node:sqlite';
import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { temporaryFolder } from '../soft-state/redis/redis-server.ts';
import { startBalancer } from '../support/balancer.ts';
import { type Fleet, startFleet } from '../support/start-fleet.ts';
import { atOncePromises, type Given, signInTvs, stoppedPromises } from './one-of-each.ts';

// Processes start and end, beside those of other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('two processes on one SQLite file', () => {
  const folder = temporaryFolder();
  const file = `${folder.path}/kinpass.db`;
  let fleet: Fleet;
  let tvs: Device[];
  beforeAll(async () => {
    const settings = { store: { kind: 'sqlite', file }, adobe: { timeout: '30s' } };
    fleet = await startFleet({ balance: startBalancer, settings });
    tvs = await signInTvs(fleet, ['ana', 'ana', 'ana', 'ana', 'ana']);
  });
  afterAll(async () => {
    await fleet?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const given = (): Given => ({
    fleet,
    tv: () => tvs.pop() ?? expect.unreachable('more TVs are needed'),
    pairs: async () => {
      using database = new DatabaseSync(file, { readOnly: true });
      return database.prepare('SELECT id FROM credentials ORDER BY id').all();
    },
    isWritable: () => {
      using database = new DatabaseSync(file, { timeout: 0 });
      try {
        database.exec('BEGIN IMMEDIATE; ROLLBACK');
        return true;
      } catch {
        return false;
      }
    },
  });

  atOncePromises(given);
  stoppedPromises(given);
});
