import { createHash } from 'node:crypto';
import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from './context.ts';

/** Milliseconds: "Adobe Temp Pass Test 3 min". */
const duration = 180_000;

interface Visitor {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly device: string;
}

const keyOf = ({ serviceProvider, mvpd, device }: Visitor): string =>
  compositeKey(serviceProvider, mvpd, device);

/** Basic TempPass: a trial per device that begins with the first authorization and runs by the wall clock. */
export const createTrials = ({
  state,
  clock,
  changed,
}: Pick<AdobeContext, 'state' | 'clock' | 'changed'>) => {
  const endOf = (visitor: Visitor): number => state.trials.get(keyOf(visitor)) ?? clock.now() + duration;
  return {
    isOver: (visitor: Visitor): boolean => endOf(visitor) <= clock.now(),
    /** When the trial ends; it begins now unless it has begun. */
    begin: (visitor: Visitor): number => {
      const end = endOf(visitor);
      if (!state.trials.has(keyOf(visitor))) {
        state.trials.set(keyOf(visitor), end);
        changed();
      }
      return end;
    },
    view: (visitor: Visitor) => {
      const end = endOf(visitor);
      const hash = createHash('sha1').update(keyOf(visitor)).digest('hex');
      return {
        notBefore: end - duration,
        notAfter: end,
        issuer: 'Adobe',
        type: 'temporary',
        attributes: {
          expiration_date: { value: end, state: 'plain' },
          userID: { value: `temppass_${hash}`, state: 'plain' },
        },
      };
    },
  };
};

export type Trials = ReturnType<typeof createTrials>;
