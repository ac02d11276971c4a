import type { Clock } from '#src/lib/clock';
import type { Allowance } from '../allowance.ts';
import { durationsOf, settleScript } from './allowance-scripts.ts';
import type { Run } from './connection.ts';
import type { DeviceMemory, Known, Part } from './device-memory.ts';
import type { Nodes } from './nodes.ts';
import { spentMs } from './own-part.ts';
import { numbersIn } from './script.ts';

interface Deps {
  readonly memory: DeviceMemory;
  readonly nodes: Pick<Nodes, 'count'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Milliseconds from now. */
interface Owed {
  /** Until the whole burst is available again. */
  readonly full?: number;
  /** Until the silence is over. */
  readonly quiet?: number;
  /** Added to that, for what has gone out here. */
  readonly spent?: number;
}

/** How many devices are told of in one turn of the loop. */
const atOnce = 250;

/** What a node tells a server that is back, before calls go out to it. */
export const createSettling = ({ memory, nodes, clock }: Deps) => {
  const tell = async (run: Run, { key, name }: Known | Part, owed: Owed): Promise<void> => {
    const { full = 0, quiet = 0, spent = 0 } = owed;
    memory.learn(key, clock.monotonic(), numbersIn(await run(settleScript, [name], [full, quiet, spent])));
  };
  return {
    /** What the server may have lost, and silences that it has not heard of. The same from several nodes counts once. */
    recall: async (run: Run): Promise<void> => {
      const now = clock.monotonic();
      const told = [
        ...[...memory.known()].map((one) => ({ one, owed: leftOf(one.allowance, now) })),
        ...[...memory.parts()].map((one) => ({ one, owed: silencedBy(one, now) })),
      ].filter(({ owed: { full = 0, quiet = 0 } }) => full > 0 || quiet > 0);
      for (let first = 0; first < told.length; first += atOnce)
        await Promise.all(told.slice(first, first + atOnce).map(({ one, owed }) => tell(run, one, owed)));
    },
    /** What was spent here meanwhile. True once nothing is left to tell: calls go out from this turn of the loop on. */
    settle: (run: Run): boolean => {
      const taken = memory.takeSpent(atOnce);
      for (const one of taken) {
        const spent = spentMs(one.part, clock.monotonic(), nodes.count());
        // A failure ends the connection, which is noticed.
        if (spent > 0) tell(run, one, { spent }).catch(() => undefined);
      }
      if (taken.length === atOnce) return false;
      memory.forgetParts();
      return true;
    },
  };
};

const leftOf = ({ replenishedAt, quietUntil }: Allowance, now: number): Owed => ({
  full: Math.max(0, replenishedAt - now),
  quiet: Math.max(0, quietUntil - now),
});

const silencedBy = ({ part: { left }, limits }: Part, now: number): Owed => {
  const quiet = Math.max(0, left.quietUntil - now);
  return { quiet, full: quiet && quiet + durationsOf(limits).spare };
};
