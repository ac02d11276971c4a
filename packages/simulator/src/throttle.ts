/**
 * Adobe's rate limit as a pure policy: one request per second and device, plus a burst. The documentation calls the burst
 * a one-time allowance, while openresty, which sends the 429, would replenish it. Adobe's table fits both readings.
 */
export interface ThrottlePolicy {
  readonly perSecond: number;
  readonly burst: number;
  /** Whether the burst is replenished over time, or can be used only once. */
  readonly regenerates: boolean;
}

export const adobeThrottle: ThrottlePolicy = { perSecond: 1, burst: 10, regenerates: true };

/** The policy for a value of the switch. */
export const throttlePolicyOf = (setting: 'regenerating' | 'once' | 'off'): ThrottlePolicy | null =>
  setting === 'off' ? null : { ...adobeThrottle, regenerates: setting === 'regenerating' };

/** The state kept per device. */
export interface ThrottleState {
  /** Milliseconds: of the last request, or start of the current one-second window. */
  readonly at: number;
  /** Requests above the rate, or the part of the one-time burst that is used. */
  readonly excess: number;
  /** Requests in the current window. */
  readonly used: number;
}

interface Outcome {
  readonly admitted: boolean;
  readonly state: ThrottleState;
}

/** Like nginx's limit_req with `nodelay`: the excess drains at the rate. */
const draining = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Outcome => {
  if (!state) return { admitted: true, state: { at: now, excess: 0, used: 1 } };
  const drained = ((now - state.at) / 1000) * policy.perSecond;
  // Rounded, so that a floating-point error cannot reject a request that is exactly on time.
  const excess = Math.round(Math.max(0, state.excess - drained + 1) * 1e6) / 1e6;
  return excess > policy.burst
    ? { admitted: false, state }
    : { admitted: true, state: { at: now, excess, used: 1 } };
};

/** Fixed windows of one second; the one-time burst covers what exceeds the rate. */
const windowed = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Outcome => {
  const fresh = !state || now - state.at >= 1000;
  const at = !state ? now : now - ((now - state.at) % 1000);
  const current = fresh ? { at, excess: state?.excess ?? 0, used: 0 } : state;
  if (current.used < policy.perSecond)
    return { admitted: true, state: { ...current, used: current.used + 1 } };
  if (current.excess < policy.burst)
    return { admitted: true, state: { ...current, excess: current.excess + 1, used: current.used + 1 } };
  return { admitted: false, state: current };
};

export const throttle = (policy: ThrottlePolicy, state: ThrottleState | undefined, now: number): Outcome =>
  (policy.regenerates ? draining : windowed)(policy, state, now);
