import { describe, expect, test } from 'vitest';
import { evening, oneOfEach } from '../../tools/capacity/assumptions.ts';
import { costOf, journeyNames, journeysFor, sumOf } from '../../tools/capacity/journeys.ts';
import { type Costs, type Pieces, pieces, type StepName } from '../../tools/capacity/pieces.ts';
import { type Assumptions, bottlenecksOf, planFor, waitOf } from '../../tools/capacity/plan.ts';

const costs = (changes: Partial<Costs> = {}): Costs => ({ ...sumOf([]), ...changes });

/** Only playbacks cost anything here. */
const piecesWith = (authorize: Partial<Costs>): Pieces => {
  const steps = Object.fromEntries(Object.keys(pieces.steps).map((name) => [name, costs()]));
  return {
    ...pieces,
    steps: { ...steps, authorize: costs(authorize) } as Record<StepName, Costs>,
    idle: { transactions: 0, redisCalls: 0 },
  };
};

/** 1,000 playbacks a second. */
const quiet: Assumptions = {
  ...evening,
  devices: 600_000,
  minutes: 10,
  peak: 1,
  shares: { playback: 1 },
  utilization: 0.5,
};

describe('units', () => {
  test('arrivals are those of a second of the busiest minute', () => {
    expect(planFor({ ...quiet, peak: 3 }, piecesWith({})).arrivals).toBe(3_000);
  });

  test.each([
    { what: 'a millisecond each is one core, at half use two', micros: 1_000, changes: {}, workers: 2 },
    { what: 'cores twice as fast are half as many', micros: 1_000, changes: { coreSpeed: 2 }, workers: 1 },
    { what: 'a part of a core is a whole one', micros: 1_100, changes: {}, workers: 3 },
    { what: 'there is always one', micros: 0, changes: {}, workers: 1 },
  ])('$what', ({ micros, changes, workers }) => {
    expect(planFor({ ...quiet, ...changes }, piecesWith({ gatewayMicros: micros })).workers).toBe(workers);
  });

  test('four workers are a node, and there is one to spare', () => {
    expect(planFor(quiet, piecesWith({ gatewayMicros: 4_000 })).nodes).toBe(3);
    expect(planFor(quiet, piecesWith({ gatewayMicros: 4_100 })).nodes).toBe(4);
  });

  test('connections are busy for their transactions, and opened by each worker', () => {
    const used = piecesWith({ transactions: 2, gatewayMicros: 1_000 });
    const { connections } = planFor({ ...quiet, transactionMs: 5, connectionsPerWorker: 7 }, used);
    expect(connections).toEqual({ busy: 10, opened: 14 });
  });

  test('what a process asks by itself comes on top', () => {
    const { load, workers } = planFor(quiet, {
      ...piecesWith({ gatewayMicros: 5_000 }),
      idle: { transactions: 2, redisCalls: 1 },
    });
    expect([workers, load.transactions, load.redisCalls]).toEqual([10, 20, 10]);
  });

  test('a wait is the round trips one after another', () => {
    const journey = costs({ transactions: 3, redisCalls: 4 });
    expect(waitOf(journey, { postgresMs: 90, redisMs: 0.5 })).toBe(272);
  });
});

describe('journeys', () => {
  test('consist of their steps, as often as they are taken', () => {
    const steps = { ...pieces.steps, refresh: costs({ commits: 1 }), call: costs({ commits: 10 }) };
    expect(costOf({ refresh: 2, call: 3 }, steps).commits).toBe(32);
  });

  test('who waits longer polls more often', () => {
    const { 'sign-in': signIn, 'first start': start } = journeysFor({
      viewer: 30,
      tvProvider: 20,
      interval: 5,
    });
    expect([signIn['device-poll'], start['device-poll'], start['code-poll']]).toEqual([6, 6, 4]);
  });

  test('a first start costs more of everything than a second device, and that more than a sign-in', () => {
    const journeys = journeysFor(evening.waits);
    const [signIn, first, second] = (['sign-in', 'first start', 'second device'] as const).map((name) =>
      Object.values(costOf(journeys[name], pieces.steps)),
    );
    for (const [index, cost] of (first ?? []).entries()) {
      expect(cost).toBeGreaterThanOrEqual(second?.[index] ?? 0);
      expect(second?.[index]).toBeGreaterThanOrEqual(signIn?.[index] ?? 0);
    }
    expect(journeyNames).toHaveLength(Object.keys(journeys).length);
  });
});

const figuresOf = (assumptions: Assumptions): readonly number[] => {
  const { load, connections, ...others } = planFor(assumptions, pieces);
  return [load, connections, others].flatMap((part) => Object.values(part));
};

test.each([
  { what: 'more devices', more: { devices: 2_000_000 } },
  { what: 'less time', more: { minutes: 5 } },
  { what: 'a higher peak', more: { peak: 3 } },
  { what: 'slower cores', more: { coreSpeed: 0.5 } },
  { what: 'viewers who take longer', more: { waits: { ...evening.waits, viewer: 120 } } },
])('$what need no less of anything, and more of something', ({ more }) => {
  const [usual, grown] = [figuresOf(evening), figuresOf({ ...evening, ...more })];
  for (const [index, figure] of grown.entries()) expect(figure).toBeGreaterThanOrEqual(usual[index] ?? 0);
  expect(grown).not.toEqual(usual);
});

test('what breaks first is what is nearest to its limit', () => {
  const plan = planFor(quiet, piecesWith({ commits: 1, redisCalls: 8 }));
  const [first, second] = bottlenecksOf(plan, { ...oneOfEach, commits: 2_000, redisCalls: 10_000 });
  expect(first).toMatchObject({ what: 'redisCalls', needed: 8_000, ratio: 0.8 });
  expect(second).toMatchObject({ what: 'commits', ratio: 0.5 });
});
