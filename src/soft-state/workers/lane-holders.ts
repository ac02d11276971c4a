import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { type Allowance, fullAllowance, type Limits } from '../allowance.ts';
import { emptyLane, hasLanes, joinLanes, type Lane } from './lane.ts';
import type { Peer } from './peer.ts';

/** Milliseconds that the primary waits for a worker: a busy one keeps the others no longer. */
const maxWait = 250;

interface Holder {
  peer: Peer | undefined;
  /** When the last process that had these lanes ended; 0 if none has. */
  emptiedAt: number;
}

interface Deps {
  readonly workers: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** The lanes of all workers, as the primary sees them. */
export const createLaneHolders = ({ workers, clock }: Deps) => {
  const holders: Holder[] = Array.from({ length: workers }, () => ({ peer: undefined, emptiedAt: 0 }));

  const giveUp = async (holder: Holder, key: string, limits: Limits): Promise<Lane | undefined> => {
    if (!holder.peer) return holder.emptiedAt > 0 ? emptyLane(holder.emptiedAt, limits) : undefined;
    const input = { key, limits: { ...limits } };
    const lane = await holder.peer
      .ask('allowances.collect', input, maxWait)
      .catch(() => ({ ...emptyLane(clock.monotonic(), limits) }));
    return (lane ?? undefined) as unknown as Lane | undefined;
  };

  return {
    /** Takes up the lanes of all workers. */
    join: async (key: string, limits: Limits): Promise<Allowance> => {
      if (!hasLanes(limits, workers)) return fullAllowance;
      const lanes = await Promise.all(holders.map((holder) => giveUp(holder, key, limits)));
      return { replenishedAt: joinLanes(lanes, clock.monotonic()), quietUntil: 0 };
    },
    tell: (name: string, input: Json): void => {
      for (const { peer } of holders) peer?.tell(name, input);
    },
    /** Resolves when all have answered, or will not. */
    ask: async (name: string, input: Json): Promise<void> => {
      await Promise.allSettled(holders.map(({ peer }) => peer?.ask(name, input, maxWait)));
    },
    admit: (worker: number, peer: Peer): void => {
      const holder = holders[worker];
      if (holder) holder.peer = peer;
    },
    dismiss: (worker: number): void => {
      const holder = holders[worker];
      if (holder) Object.assign(holder, { peer: undefined, emptiedAt: clock.monotonic() });
    },
  };
};
