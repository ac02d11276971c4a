import type { Config } from '#src/config/schema';
import type { ReadinessDetail } from '#src/http/routes/readiness';
import { describeKeys } from '#src/signing-keys/readiness';
import type { Runtime } from './runtime.ts';

/** What readiness reports to operators besides its checks. */
export const createReadinessDetail =
  ({ keys }: Pick<Config, 'keys'>, runtime: Runtime) =>
  (): ReadinessDetail => {
    const { clock, keyRing, reloadState, providerHealth, endings, sweeps } = runtime;
    const { waitingForAdobe, ...described } = describeKeys({ keyRing, clock, warnAfter: keys.warnAfter });
    const readAt = endings.readAt();
    return {
      providers: { ...providerHealth.states() },
      keys: described,
      settings: { refused: reloadState.refused },
      waiting: { restart: reloadState.waiting, adobe: waitingForAdobe },
      sweep: { lastRun: sweeps.lastRun === undefined ? null : new Date(sweeps.lastRun).toISOString() },
      changeFeed: { lagMs: readAt === undefined ? null : Math.max(0, clock.now() - readAt) },
    };
  };
