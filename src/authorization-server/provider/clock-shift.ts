import { type Clock, systemClock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';

/**
 * oidc-provider compares `exp` with the machine's clock, the rest of the gateway with the clock that it was given. The
 * two differ in tests and embedding programs only: stored payloads carry the gateway's time.
 */
export const createClockShift = (clock: Pick<Clock, 'now'>) => {
  const offset = () => Math.round((clock.now() - systemClock.now()) / 1000);
  return {
    toStored: (payload: JsonObject): JsonObject => shifted(payload, offset()),
    fromStored: (payload: JsonObject): JsonObject => shifted(payload, -offset()),
  };
};

const shifted = (payload: JsonObject, seconds: number): JsonObject =>
  typeof payload['exp'] === 'number' ? { ...payload, exp: payload['exp'] + seconds } : payload;
