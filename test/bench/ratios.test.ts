import { expect, test } from 'vitest';
import { findRegressions } from '../../bench/check.ts';
import { ratiosOf } from '../../bench/ratios.ts';
import type { Measurement } from '../../bench/rounds.ts';

const measured = (who: Measurement['who'], round: number, cpuPerRequest: number): Measurement => ({
  row: 'profiles',
  who,
  round,
  cpuPerRequest,
  outcome: { requests: 1, errors: 0, firstError: undefined, perSecond: 1, p50: 1, p99: 1 },
  sample: { cpu: cpuPerRequest, rss: 0, delay: 0 },
  seen: { calls: 0, serviceTokens: 0, newServiceTokens: 0 },
});

test('a ratio is formed within its round, so that a slow moment counts for both', () => {
  const rounds = [
    [measured('kinpass', 1, 200), measured('koa', 1, 100)],
    [measured('kinpass', 2, 2_000), measured('koa', 2, 1_200)],
    [measured('kinpass', 3, 200), measured('koa', 3, 80)],
  ];
  expect(ratiosOf(rounds.flat())).toEqual({ profiles: { koa: { median: 0.5, min: 0.4, max: 0.6 } } });
});

const committed = { profiles: { koa: { median: 0.5, min: 0.4, max: 0.6 } } };
const now = (median: number) => ({ profiles: { koa: { median, min: median, max: median } } });

test('a median within the committed rounds is no regression', () => {
  expect(findRegressions(now(0.4), committed)).toEqual([]);
});

test('a median below all committed rounds is one, and is named', () => {
  expect(findRegressions(now(0.39), committed)).toEqual(['profiles: 0.390 of koa, was 0.5 [0.4–0.6]']);
});

test('rounds that happened to agree leave room for ten percent', () => {
  const narrow = { profiles: { koa: { median: 0.5, min: 0.5, max: 0.5 } } };
  expect(findRegressions(now(0.46), narrow)).toEqual([]);
  expect(findRegressions(now(0.44), narrow)).toHaveLength(1);
});

test('a row that was never committed has nothing to fall below', () => {
  expect(findRegressions(now(0.1), {})).toEqual([]);
});

test('nginx is a lower bound and is not compared', () => {
  const nginx = (median: number) => ({ profiles: { nginx: { median, min: median, max: median } } });
  expect(findRegressions(nginx(0.1), nginx(0.2))).toEqual([]);
});
