import { createLru } from '#src/lib/lru';
import { type Allowance, fullAllowance, type Limits } from '../allowance.ts';
import type { Names } from './names.ts';
import { nothing, type OwnPart, startPart } from './own-part.ts';

/** What the server said last of a device, in this node's time. */
export interface Known {
  readonly key: string;
  readonly name: string;
  readonly allowance: Allowance;
  readonly limits: Limits;
}

/** Of a device that has called while the server was away. */
export interface Part {
  readonly key: string;
  readonly name: string;
  readonly part: OwnPart;
  readonly limits: Limits;
}

/** One for each device that calls. */
const max = 100_000;

/** What a node knows of devices by itself. */
export const createDeviceMemory = (names: Pick<Names, 'of'>) => {
  const known = createLru<Known>(max);
  /** Keys of parts of which something was spent that the server has not been told. */
  const spending = new Set<string>();
  const parts = createLru<Part>(max, (key) => spending.delete(key));

  const nameOf = (key: string): string => known.get(key)?.name ?? names.of('allowance', key);

  return {
    /** Under which the server keeps a device. */
    nameOf,
    learn: (key: string, allowance: Allowance, limits: Limits): void =>
      known.set(key, { key, name: nameOf(key), allowance, limits }),
    partOf: (key: string): OwnPart =>
      parts.get(key)?.part ?? startPart(known.get(key)?.allowance ?? fullAllowance),
    keepPart: (key: string, part: OwnPart, limits: Limits): void =>
      parts.set(key, { key, name: nameOf(key), part, limits }),
    spend: (key: string): void => void spending.add(key),
    known: known.values,
    parts: parts.values,
    /** At most `count` of the parts of which something was spent; they count as told. */
    takeSpent: (count: number): Part[] => {
      const taken: Part[] = [];
      for (const key of spending) {
        if (taken.length === count) break;
        spending.delete(key);
        const one = parts.get(key);
        if (!one) continue;
        taken.push(one);
        parts.set(key, { ...one, part: { ...one.part, spent: nothing } });
      }
      return taken;
    },
    /** The server counts again. */
    forgetParts: (): void => {
      parts.clear();
      spending.clear();
    },
  };
};

export type DeviceMemory = ReturnType<typeof createDeviceMemory>;
