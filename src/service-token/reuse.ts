/** Epoch milliseconds. */
interface Life {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const shareLeft = 0.2;
const timeLeft = 60_000;

/**
 * Whether a token may still go out at `now`: until the last fifth of its life or its last minute, whichever comes
 * first, but never less than half of its life. A clock that was set back makes it unfit: it would seem to come
 * from the future.
 */
export const isReusable = ({ issuedAt, expiresAt }: Life, now: number): boolean => {
  const life = expiresAt - issuedAt;
  const reserve = Math.min(Math.max(life * shareLeft, timeLeft), life / 2);
  return now >= issuedAt && now < expiresAt - reserve;
};
