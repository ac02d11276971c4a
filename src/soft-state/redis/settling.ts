import type { Clock } from '#src/lib/clock';
import { type Allowance, fullAllowance } from '../allowance.ts';
import { silence } from '../rate-policy.ts';
import type { Run } from './connection.ts';
import { countingOf } from './counting.ts';
import type { DeviceMemory, Known, Part } from './device-memory.ts';
import type { Nodes } from './nodes.ts';
import { numbersIn } from './script.ts';

interface Deps {
  readonly memory: DeviceMemory;
  readonly nodes: Pick<Nodes, 'count'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** How many devices are told of in one turn of the loop. */
const atOnce = 250;

/** What a node tells a server that is back, before calls go out to it. */
export const createSettling = ({ memory, nodes, clock }: Deps) => {
  /** `owed`: what the server is to count at least. */
  const tell = async (run: Run, { key, name, limits }: Known | Part, owed: Allowance, spent = 0) => {
    const counting = countingOf(limits);
    const now = clock.monotonic();
    const args = [...counting.limits(limits), ...counting.durations(owed, now), spent];
    const left = numbersIn(await run(counting.settle, [name], args));
    memory.learn(key, counting.allowance(left, clock.monotonic()), limits);
  };
  return {
    /** What the server may have lost, and silences that it has not heard of. The same from several nodes counts once. */
    recall: async (run: Run): Promise<void> => {
      const now = clock.monotonic();
      const told = [
        ...[...memory.known()].map((one) => ({ one, owed: one.allowance })),
        ...[...memory.parts()].map((one) => ({ one, owed: silencedBy(one, now) })),
      ].filter(({ owed }) => owed.replenishedAt > now);
      for (let first = 0; first < told.length; first += atOnce)
        await Promise.all(told.slice(first, first + atOnce).map(({ one, owed }) => tell(run, one, owed)));
    },
    /** What was spent here meanwhile. True once nothing is left to tell: calls go out from this turn of the loop on. */
    settle: (run: Run): boolean => {
      const taken = memory.takeSpent(atOnce);
      for (const one of taken) {
        const spent = countingOf(one.limits).spent(one.part, clock.monotonic(), nodes.count());
        // A failure ends the connection, which is noticed.
        if (spent > 0) tell(run, one, fullAllowance, spent).catch(() => undefined);
      }
      if (taken.length === atOnce) return false;
      memory.forgetParts();
      return true;
    },
  };
};

const silencedBy = ({ part: { left }, limits }: Part, now: number): Allowance =>
  left.quietUntil > now ? silence(fullAllowance, now, left.quietUntil - now, limits) : fullAllowance;
