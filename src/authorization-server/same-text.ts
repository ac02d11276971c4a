import { timingSafeEqual } from 'node:crypto';

/** Compares in a time that tells nothing about where two texts of one length differ. */
export const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
