/** Epoch milliseconds. */
interface Validity {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const reserveShare = 0.2;
const minReserve = 60_000;

/**
 * Whether a token may still be sent at `now`: not in the last fifth of its lifetime or its last minute, whichever is
 * longer, but always in the first half. Not before it was issued either: if the clock was set back, it would seem to
 * come from the future.
 */
export const isReusable = ({ issuedAt, expiresAt }: Validity, now: number): boolean => {
  const lifetime = expiresAt - issuedAt;
  const reserve = Math.min(Math.max(lifetime * reserveShare, minReserve), lifetime / 2);
  return now >= issuedAt && now < expiresAt - reserve;
};
