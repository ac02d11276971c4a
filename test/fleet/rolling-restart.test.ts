import { describe, expect, test, vi } from 'vitest';
import { hasRedisServer } from '../soft-state/redis/redis-server.ts';
import { startBalancer } from '../support/balancer.ts';
import { postgresUrl } from '../support/postgres.ts';
import { startSharedFleet } from './shared-fleet.ts';
import { startLoad } from './steady-load.ts';

// Four processes start in turn, beside those of other tests.
vi.setConfig({ testTimeout: 120_000 });

/** As the next version does when it starts first: its schema has more, and serves this version too. */
const expandSchema = `
  BEGIN;
  ALTER TABLE instances ADD COLUMN of_the_next_version text;
  CREATE TABLE of_the_next_version (id text PRIMARY KEY);
  INSERT INTO schema_versions (version, serves) SELECT version + 1, serves FROM schema_versions
    ORDER BY version DESC LIMIT 1;
  COMMIT`;

describe.runIf(postgresUrl !== '' && hasRedisServer)('at steady load', () => {
  test('two nodes are restarted in turn on the schema of the next version, and no request fails', async () => {
    await using world = await startSharedFleet(postgresUrl, { balance: startBalancer });
    const { fleet, schema } = world;
    const load = await startLoad(fleet, { perSecond: 50, lanes: 2 });
    await schema.query(expandSchema);
    for (const node of [0, 1]) {
      const { exitCode, output } = await fleet.restart(node);
      expect([exitCode, output.match(/not ready|requests were cut/)]).toEqual([0, null]);
    }
    await load.stop();
    expect({ wrong: load.wrong, failures: fleet.balancer.failures }).toEqual({ wrong: [], failures: [] });
    // Streams end with their gateways only.
    const counts = [...load.answered.values()];
    expect([counts.length, counts.every((count) => count > 0)]).toEqual([6, true]);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(200);
  });
});
