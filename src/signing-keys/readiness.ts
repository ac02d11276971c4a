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

const day = 86_400_000;

interface Described {
  readonly keyRing: Pick<KeyRing, 'status'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly warnAfter: number;
}

/** The key that signs, its age, and what operators have to do next with each key. */
export const describeKeys = ({ keyRing, clock, warnAfter }: Described) => {
  const { keys } = keyRing.status();
  const active = keys.find(({ state }) => state === 'active');
  return {
    active: active
      ? {
          kid: active.kid,
          ageDays: Math.max(0, Math.floor((clock.now() - active.createdAt) / day)),
          limitDays: warnAfter / day,
        }
      : null,
    steps: keys
      .filter(({ next }) => next !== '')
      .map(({ kid, state, next, by }) => ({
        kid,
        state,
        next,
        ...(by !== undefined && { due: new Date(by).toISOString() }),
      })),
    /** Keys that were sent to Adobe, which has not confirmed them yet. */
    waitingForAdobe: keys.filter(({ state }) => state === 'exported').map(({ kid }) => kid),
  };
};

/** Exposes age and state of the keys as metrics, read whenever metrics are collected. */
export const measureKeys = (
  metrics: Pick<Metrics, 'serviceTokenKeys'>,
  { keyRing, clock, warnAfter }: Described,
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
