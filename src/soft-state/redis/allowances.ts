import type { Clock } from '#src/lib/clock';
import type { AllowanceStore } from '../ports.ts';
import { quietScript } from './allowance-scripts.ts';
import { countingOf } from './counting.ts';
import type { DeviceMemory } from './device-memory.ts';
import type { Link } from './link.ts';
import type { Nodes } from './nodes.ts';
import { reservePart, silencePart } from './own-part.ts';
import { numbersIn } from './script.ts';

interface Deps {
  readonly link: Link;
  readonly memory: DeviceMemory;
  readonly nodes: Pick<Nodes, 'count'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

type Call = Parameters<AllowanceStore['reserve']>[0];

/** The server counts; while it is away, each node spends its part. */
export const createAllowances = ({ link, memory, nodes, clock }: Deps): AllowanceStore => {
  const reserveOwn = ({ key, limits, now, latest }: Call): number => {
    const { at, left } = reservePart(memory.partOf(key), now, { limits, nodes: nodes.count() });
    if (at > latest) return at;
    memory.keepPart(key, left, limits);
    memory.spend(key);
    return at;
  };

  const reserveShared = async (call: Call): Promise<number> => {
    const { key, limits, now, latest } = call;
    const counting = countingOf(limits);
    const [keys, args] = [[memory.nameOf(key)], [...counting.limits(limits), latest - now]];
    try {
      const [wait = 0, ...left] = numbersIn(await link.call('allowances', counting.reserve, keys, args));
      memory.learn(key, counting.allowance(left, now), limits);
      return now + wait;
    } catch {
      return reserveOwn(call);
    }
  };

  return {
    reserve: (call) => (link.isUp ? reserveShared(call) : reserveOwn(call)),
    silence: async ({ key, limits, now, pause }) => {
      const counting = countingOf(limits);
      const [keys, args] = [[memory.nameOf(key)], [...counting.limits(limits), pause]];
      try {
        const left = numbersIn(await link.call('allowances', counting.silence, keys, args));
        memory.learn(key, counting.allowance(left, now), limits);
      } catch {
        const share = { limits, nodes: nodes.count() };
        memory.keepPart(key, silencePart(memory.partOf(key), now, pause, share), limits);
      }
    },
    quietUntil: async (key) => {
      try {
        const reply = await link.call('allowances', quietScript, [memory.nameOf(key)], []);
        const [wait = 0] = numbersIn(reply);
        return clock.monotonic() + wait;
      } catch {
        return memory.partOf(key).left.quietUntil;
      }
    },
  };
};
