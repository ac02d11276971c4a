import type { Clock } from '#src/lib/clock';
import type { Log } from './logger.ts';

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn' | 'info'>;
  /** Seconds by which the clock here is ahead; negative if it is behind. */
  readonly measured: (seconds: number) => void;
}

/** Milliseconds by which clocks may differ: one that is ahead lets codes and tokens expire early. */
export const maxClockSkew = 5_000;

/** Of so many times told in a row the one that was fastest on its way is used. */
const samples = 10;

/**
 * Compares the wall clock of this machine with that of the database, whenever that tells the time, and warns when they differ
 * too much. Returns what to call with the server's time, epoch milliseconds, as soon as it is told. Its way takes time, by which
 * the clock here seems to be ahead: hence the least of several.
 */
export const createClockSkew = ({ clock, log, measured }: Deps): ((time: number) => void) => {
  let differences: readonly number[] = [];
  let isTooLarge = false;
  return (time) => {
    differences = [...differences, clock.now() - time].slice(-samples);
    const skew = Math.min(...differences);
    measured(skew / 1_000);
    if (Math.abs(skew) > maxClockSkew === isTooLarge) return;
    isTooLarge = !isTooLarge;
    const fields = { skewSeconds: Math.round(skew / 100) / 10 };
    if (isTooLarge) log.warn(fields, 'the clock of this machine differs from that of the database');
    else log.info(fields, 'the clock of this machine agrees with that of the database again');
  };
};
