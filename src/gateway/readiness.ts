import { z } from 'zod';
import type { Config } from '#src/config/schema';
import type { ReadinessDetail } from '#src/http/routes/readiness';
import { describeKeys } from '#src/signing-keys/readiness';
import type { Runtime } from './runtime.ts';

/** Of the notice with which a reload names the settings that it could not apply. */
const pendingSchema = z.object({ waitingForRestart: z.array(z.string()) });

/** What readiness reports to operators besides its checks. */
export const createReadinessDetail =
  ({ keys }: Pick<Config, 'keys'>, runtime: Runtime) =>
  (): ReadinessDetail => {
    const { clock, keyRing, notices, providerHealth, endings, sweeps } = runtime;
    const { waitingForAdobe, ...described } = describeKeys({ keyRing, clock, warnAfter: keys.warnAfter });
    const pending = pendingSchema.safeParse(notices.get('configuration')).data;
    const readAt = endings.readAt();
    return {
      providers: { ...providerHealth.states() },
      keys: described,
      waiting: { restart: pending?.waitingForRestart ?? [], adobe: waitingForAdobe },
      sweep: { lastRun: sweeps.lastRun === undefined ? null : new Date(sweeps.lastRun).toISOString() },
      changeFeed: { lagMs: readAt === undefined ? null : Math.max(0, clock.now() - readAt) },
    };
  };
