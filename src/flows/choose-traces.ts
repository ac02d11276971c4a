import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { type ServedRequest, type Trace, traceOf } from './trace.ts';

interface Deps {
  readonly settings: Config['traces'];
  readonly clock: Pick<Clock, 'monotonic'>;
  add(id: string, trace: Trace, expiresAt: number): void;
}

export type KeepTrace = (served: ServedRequest) => void;

/** Seconds for which the allowance is saved up: failures come together. */
const burst = 20;

const createAllowance = (perSecond: number, { monotonic }: Pick<Clock, 'monotonic'>) => {
  let left = perSecond * burst;
  let filledAt = monotonic();
  return (): boolean => {
    const now = monotonic();
    left = Math.min(perSecond * burst, left + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
};

/** The same ids at every setting above theirs: those are random (UUID version 4). */
const isSampled = (id: string, share: number): boolean =>
  Number.parseInt(id.slice(0, 8), 16) < share * 0x1_0000_0000;

/** What a device is told while its code waits for the viewer (RFC 8628 §3.5): every few seconds, and nothing has failed. */
const waits: ReadonlySet<string | undefined> = new Set(['authorization_pending', 'slow_down']);

/**
 * Chooses the requests of which something is kept: those that failed, were refused or denied, and a sample of the others. Callers that
 * nobody knows have an allowance of their own: whoever sends nonsense keeps nobody else's requests from being found.
 */
export const createKeepTrace = ({ settings, clock, add }: Deps): KeepTrace => {
  const { keptFor, sampled, perSecond } = settings;
  const ofKnown = createAllowance(perSecond, clock);
  const ofUnknown = createAllowance(perSecond, clock);
  return (served) => {
    const { id, at, app, status, facts } = served;
    const hasFailed = (status >= 400 && !waits.has(facts.code)) || facts.hasFailed === true;
    if (!hasFailed && !isSampled(id, sampled)) return;
    if ((app === undefined ? ofUnknown : ofKnown)()) add(id, traceOf(served), at + keptFor);
  };
};
