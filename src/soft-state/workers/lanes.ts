import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { createLru } from '#src/lib/lru';
import { type Limits, shareOf } from '../allowance.ts';
import { createAllowances } from '../local/allowances.ts';
import type { AllowanceStore } from '../ports.ts';
import { emptyLane, hasLanes, type Lane, takeFromLane } from './lane.ts';
import { maxWait, type Silence } from './ledger.ts';
import type { Peer } from './peer.ts';

interface Deps {
  readonly peer: Peer;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly workers: number;
  /** When this process took over the lanes of one that ended; undefined at the start of the gateway. */
  readonly replacedAt: number | undefined;
}

/** One for each device that calls. */
const max = 100_000;

/**
 * The allowances of a worker. A call takes from the lane of its key. Once that is used up the primary counts the calls of
 * all workers for this key, until its whole allowance is back.
 */
export const createLanes = ({ peer, clock, workers, replacedAt }: Deps): AllowanceStore => {
  const lanes = createLru<Lane>(max);
  /** Keys whose calls the primary counts. */
  const counted = new Set<string>();
  const quiet = createLru<number>(max);

  const laneOf = (key: string, limits: Limits): Lane | undefined =>
    lanes.get(key) ?? (replacedAt === undefined ? undefined : emptyLane(replacedAt, limits));

  const take = ({ key, limits, now, latest }: Call): number | undefined => {
    const taken = takeFromLane(laneOf(key, limits), { now, latest }, { limits, workers });
    if (taken) lanes.set(key, taken.left);
    return taken?.at;
  };

  /** While the primary is away, each worker goes on with its part of burst and rate. */
  const own = createAllowances();
  const goOn = (call: Call): number | Promise<number> =>
    call.limits.mode === 'once'
      ? own.reserve({ ...call, limits: shareOf(call.limits, workers) })
      : (take(call) ?? call.latest + 1_000 / call.limits.perSecond);
  const ask = (call: Call): Promise<number> =>
    peer
      .ask('allowances.reserve', { ...call, limits: { ...call.limits } }, maxWait)
      .then(Number, () => goOn(call));

  const silenced = ({ key, until }: Silence): void => {
    quiet.set(key, Math.max(until, quiet.get(key) ?? 0));
  };

  peer.answer('allowances.collect', (input) => {
    const { key, limits } = input as unknown as { key: string; limits: Limits };
    const lane = laneOf(key, limits);
    counted.add(key);
    lanes.set(key, emptyLane(clock.monotonic(), limits));
    return lane ? { ...lane } : null;
  });
  peer.answer('allowances.counted', (keys) => {
    for (const key of keys as string[]) counted.add(key);
    return null;
  });
  peer.answer('allowances.released', (keys) => {
    for (const key of keys as string[]) {
      counted.delete(key);
      lanes.delete(key);
    }
    return null;
  });
  peer.answer('allowances.silenced', (input: Json) => {
    silenced(input as unknown as Silence);
    return null;
  });

  return {
    reserve: (call) => {
      const { key, limits, now } = call;
      const mustAsk = !hasLanes(limits, workers) || counted.has(key) || (quiet.get(key) ?? 0) > now;
      if (mustAsk) return ask(call);
      return take({ ...call, latest: Math.min(now, call.latest) }) ?? ask(call);
    },
    silence: async ({ key, limits, now, pause }) => {
      silenced({ key, until: now + pause });
      const input = { key, limits: { ...limits }, now, pause };
      await peer.ask('allowances.silence', input, maxWait).catch(() => undefined);
    },
    quietUntil: async (key) => quiet.get(key) ?? 0,
  };
};

type Call = Parameters<AllowanceStore['reserve']>[0];
