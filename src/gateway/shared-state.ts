import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Log } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import { openSharedState, type SharedState } from '#src/soft-state/redis/open';
import { createSeal } from '#src/stores/seal';

interface Deps {
  readonly sealingKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  /** A primary serves no apps; its workers do, each as a node of its own. */
  readonly isPrimary: boolean;
}

/** What this process shares with other nodes; undefined where the settings name no server. */
export const openShared = async (
  { shared: settings }: Config,
  { sealingKey, clock, ids, log, metrics, isPrimary }: Deps,
): Promise<SharedState | undefined> => {
  if (settings.kind === 'none') return undefined;
  const shared = await openSharedState({
    settings,
    sealing: createSeal(sealingKey),
    clock,
    ids,
    counts: !isPrimary,
    changed: ({ up, reason }) => {
      if (up) log.info({}, 'the shared state is reached');
      else log.warn({ reason }, 'the shared state is away: this process goes on with a state of its own');
    },
  });
  metrics.sharedState(() => ({ ...shared.state(), calls: shared.counts() }));
  return shared;
};
