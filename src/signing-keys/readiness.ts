import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Metrics } from '#src/observability/metrics';
import type { KeyRing } from './ports.ts';

/** The readiness check of the keys. Errors: gateway_service_token_unavailable if there is no active key that can sign. */
export const createKeyCheck =
  ({ keyRing }: { readonly keyRing: Pick<KeyRing, 'status'> }): (() => Promise<void>) =>
  async () => {
    const { ready, problems } = keyRing.status();
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

/** The key that signs, its age, what operators have to do next with each key, and what is wrong with them. */
export const describeKeys = ({ keyRing, clock, warnAfter }: Described) => {
  const { keys, problems, warnings } = keyRing.status();
  const active = keys.find(({ state }) => state === 'active');
  return {
    problems,
    warnings,
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
