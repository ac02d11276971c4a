import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Metrics } from '#src/observability/metrics';
import type { KeyRing } from './ports.ts';

interface Deps {
  readonly keyRing: Pick<KeyRing, 'status'>;
  /** What readiness reports beside its checks, by name. */
  readonly notices: Map<string, object>;
}

const name = 'serviceTokenKeys';

/**
 * The readiness check of the keys; it also updates the notices.
 * Errors: gateway_service_token_unavailable if there is no active key that can sign.
 */
export const createKeyCheck =
  ({ keyRing, notices }: Deps): (() => Promise<void>) =>
  async () => {
    const { ready, problems, warnings } = keyRing.status();
    if (problems.length + warnings.length > 0) notices.set(name, { problems, warnings });
    else notices.delete(name);
    if (ready) return;
    const detail = problems.map(({ file, message }) => `${file} ${message}`).join('; ');
    throw fail('gateway_service_token_unavailable', { detail });
  };

/** Exposes age and state of the keys as metrics, read whenever metrics are collected. */
export const measureKeys = (
  metrics: Pick<Metrics, 'serviceTokenKeys'>,
  {
    keyRing,
    clock,
    warnAfter,
  }: { keyRing: Pick<KeyRing, 'status'>; clock: Pick<Clock, 'now'>; warnAfter: number },
): void =>
  metrics.serviceTokenKeys(() => {
    const { ready, keys } = keyRing.status();
    const active = keys.find(({ state }) => state === 'active');
    return {
      usable: ready,
      ageLimit: warnAfter / 1000,
      ...(active && { age: (clock.now() - active.createdAt) / 1000 }),
    };
  });
