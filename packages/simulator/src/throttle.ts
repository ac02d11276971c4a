/**
 * Adobe's throttle as a pure policy: one request per second and device, plus a burst. The documentation calls the
 * burst a one-time allowance; the openresty that answers would let it grow back. Its table fits both readings.
 */
export interface ThrottlePolicy {
  readonly perSecond: number;
  readonly burst: number;
  /** Whether the burst grows back with quiet time, or is spent once and for all. */
  readonly regenerates: boolean;
}

export const adobeThrottle: ThrottlePolicy = { perSecond: 1, burst: 10, regenerates: true };

/** The policy that a switch stands for. */
export const throttlePolicyOf = (setting: 'regenerating' | 'once' | 'off'): ThrottlePolicy | null =>
  setting === 'off' ? null : { ...adobeThrottle, regenerates: setting === 'regenerating' };

/** What is remembered of one device. */
export interface ThrottleState {
  /** Milliseconds: of the last request, or start of the current one-second window. */
  readonly at: number;
  /** Requests beyond the rate so far, or extras spent. */
  readonly excess: number;
  /** Requests in the current window. */
  readonly used: number;
}

interface Verdict {
  readonly admitted: boolean;
  readonly state: ThrottleState;
}

/** As nginx's limit_req with `nodelay`: the excess drains at the rate. */
const draining = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Verdict => {
  if (!state) return { admitted: true, state: { at: now, excess: 0, used: 1 } };
  const drained = ((now - state.at) / 1000) * policy.perSecond;
  // Rounded to the millisecond's share, so that floating point cannot refuse a request that is exactly in time.
  const excess = Math.round(Math.max(0, state.excess - drained + 1) * 1e6) / 1e6;
  return excess > policy.burst
    ? { admitted: false, state }
    : { admitted: true, state: { at: now, excess, used: 1 } };
};

/** Fixed windows of one second; what goes beyond comes out of the one-time allowance. */
const windowed = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Verdict => {
  const fresh = !state || now - state.at >= 1000;
  const at = !state ? now : now - ((now - state.at) % 1000);
  const current = fresh ? { at, excess: state?.excess ?? 0, used: 0 } : state;
  if (current.used < policy.perSecond)
    return { admitted: true, state: { ...current, used: current.used + 1 } };
  if (current.excess < policy.burst)
    return { admitted: true, state: { ...current, excess: current.excess + 1, used: current.used + 1 } };
  return { admitted: false, state: current };
};

export const throttle = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Verdict =>
  (policy.regenerates ? draining : windowed)(policy, state, now);
