import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { LinkState } from '#src/soft-state/redis/circuit';
import { openSharedState, type SharedState } from '#src/soft-state/redis/open';
import type { RedisSettings } from '#src/soft-state/redis/settings';
import { createSeal } from '#src/stores/seal';

/** The secret of one gateway. */
export const createSealing = () => createSeal(randomBytes(32));

export const freshPrefix = (): string => `kinpass-test-${systemIds.uuid()}`;

interface Options {
  readonly settings: Partial<RedisSettings>;
  readonly sealing: ReturnType<typeof createSealing>;
  readonly clock?: Clock;
  readonly time?: string;
  readonly counts?: boolean;
}

export interface Node extends SharedState, AsyncDisposable {
  /** Every change, in order: `up`, or why it is away. */
  readonly changes: readonly string[];
}

/** One node of a gateway. */
export const openNode = async ({
  settings,
  sealing,
  clock = systemClock,
  counts = true,
  time,
}: Options): Promise<Node> => {
  const changes: string[] = [];
  const shared = await openSharedState({
    settings: { prefix: 'kinpass', timeout: 200, nodes: 2, ...settings },
    sealing,
    clock,
    ids: systemIds,
    counts,
    changed: ({ up, reason = '' }: LinkState) => changes.push(up ? 'up' : reason),
    ...(time && { time }),
  });
  return { ...shared, changes, [Symbol.asyncDispose]: shared.close };
};
