import { expect, test, vi } from 'vitest';
import { startFleet } from '../support/start-fleet.ts';
import { startLoad } from './steady-load.ts';

// Five processes start in turn, beside those of other tests.
vi.setConfig({ testTimeout: 180_000 });

test('two gateways are restarted one after the other at steady load, and no request fails', async () => {
  await using fleet = await startFleet(2);
  const load = await startLoad(fleet, { lanes: 2, pause: 20 });
  for (const node of [0, 1, 0]) {
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
