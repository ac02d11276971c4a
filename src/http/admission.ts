import type { Config } from '#src/config/schema';
import { fail, type KinpassError } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { Load, LoadMeter } from '#src/observability/load';
import type { Metrics } from '#src/observability/metrics';

type Limits = Config['overload'];

/** A poll can be repeated later unnoticed; a sign-in or a playback cannot. */
export type Urgency = 'poll' | 'other';

/**
 * Whether a request is refused, so that earlier ones are still answered in time: polls at the limits, everything else at
 * four times the delay and twice the number. Pure.
 */
export const isShed = (
  { delay, running }: Load,
  urgency: Urgency,
  { maxDelay, maxRunning }: Limits,
): boolean =>
  urgency === 'poll'
    ? delay > maxDelay || running > maxRunning
    : delay > 4 * maxDelay || running > 2 * maxRunning;

/** Ranges in seconds: clients that were refused together do not come back together, and polls come later. */
const retries: Readonly<Record<Urgency, readonly [number, number]>> = { poll: [5, 10], other: [1, 5] };

/** Seconds until a client should retry; `random` is from 0 to below 1. Pure. */
export const retryAfterOf = (urgency: Urgency, random: number): number => {
  const [first, last] = retries[urgency];
  return first + Math.floor(random * (last - first + 1));
};

interface Deps {
  readonly meter: Pick<LoadMeter, 'load'>;
  readonly limits: Limits;
  readonly metrics: Pick<Metrics, 'requestShed'>;
  readonly ids: Pick<Ids, 'uuid'>;
}

/** Ids are random. */
const randomOf = ({ uuid }: Pick<Ids, 'uuid'>): number => Number.parseInt(uuid().slice(0, 4), 16) / 0x1_00_00;

/** Created once per duration: an error captures its stack, which costs more than the rest of a refusal. */
const createRefusals = () => {
  const made = new Map<number, KinpassError>();
  return (retryAfter: number): KinpassError => {
    const refusal = made.get(retryAfter) ?? fail('gateway_overloaded', { retryAfter });
    made.set(retryAfter, refusal);
    return refusal;
  };
};

/** Refuses what this process cannot answer in time, and counts it. */
export const createAdmission = ({ meter, limits, metrics, ids }: Deps) => {
  const refusalAfter = createRefusals();
  return {
    /** `gateway_overloaded` if it is refused. */
    refusal: (urgency: Urgency): KinpassError | undefined => {
      if (!isShed(meter.load(), urgency, limits)) return undefined;
      metrics.requestShed({ urgency });
      return refusalAfter(retryAfterOf(urgency, randomOf(ids)));
    },
  };
};

export type Admission = ReturnType<typeof createAdmission>;
