import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Mvpd } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { RefusalCode } from '../errors/refusal.ts';
import type { AdobeState, Trial } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { plain } from './user-metadata.ts';

/** From the sample "Adobe Temp Pass Test 3 min". */
const defaultSeconds = 180;
/** Resources that a promotional TempPass grants. */
const defaultAllowance = 5;

const durationOf = ({ temporary }: Mvpd): number => (temporary?.seconds ?? defaultSeconds) * 1000;
const allowanceOf = ({ temporary }: Mvpd): number => temporary?.resources ?? defaultAllowance;

export interface Visitor {
  readonly serviceProvider: string;
  readonly mvpd: Mvpd;
  readonly device: string;
  /** The identity that a promotional TempPass tracks in addition to the device. */
  readonly identity: string | null;
}

const keyParts = z.tuple([z.string(), z.string(), z.string(), z.string()]);

const keysOf = ({ serviceProvider, mvpd, device, identity }: Visitor): string[] => [
  compositeKey(serviceProvider, mvpd.id, 'device', device),
  ...(identity === null ? [] : [compositeKey(serviceProvider, mvpd.id, 'identity', identity)]),
];

export interface ForgottenTrials {
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** A trial of a promotional TempPass is kept for the device and for the identity. */
  readonly kind: 'device' | 'identity';
  /** `value` is the Base64 part of AP-Device-Identifier, or the hash of an identifier. */
  isNamed(value: string): boolean;
}

interface Deps {
  readonly state: Pick<AdobeState, 'trials'>;
  readonly clock: Clock;
  readonly switches: SwitchReader<'promotionalRepeats' | 'promotionalExpiration'>;
  readonly changed: () => void;
}

/**
 * TempPass trials. A trial starts with the first authorization and ends after a fixed time: per device for a basic
 * TempPass, per device or identity, whichever is known, for a promotional one.
 */
export const createTrials = ({ state, clock, changed, switches }: Deps) => {
  const trialOf = (visitor: Visitor): Trial => {
    const known = keysOf(visitor).flatMap((key) => state.trials.get(key) ?? []);
    return {
      endsAt: Math.min(clock.now() + durationOf(visitor.mvpd), ...known.map(({ endsAt }) => endsAt)),
      used: [...new Set(known.flatMap(({ used }) => used))],
      plays: Math.max(0, ...known.map(({ plays }) => plays)),
    };
  };

  /** How much of the allowance is used up. */
  const usedOf = ({ used, plays }: Trial): number =>
    switches.now.promotionalRepeats === 'counted' ? plays : used.length;

  /** Why the visitor is denied, in general or for one resource. */
  const refusalOf = (visitor: Visitor, resource?: string): RefusalCode | null => {
    const trial = trialOf(visitor);
    if (trial.endsAt <= clock.now()) return 'temporary_access_duration_limit_exceeded';
    const isExhausted = visitor.identity !== null && usedOf(trial) >= allowanceOf(visitor.mvpd);
    const areFree = switches.now.promotionalRepeats === 'free';
    const isRepeat = areFree && resource !== undefined && trial.used.includes(resource);
    return isExhausted && !isRepeat ? 'temporary_access_resources_limit_exceeded' : null;
  };

  return {
    refusalOf,
    endOf: (visitor: Visitor): number => trialOf(visitor).endsAt,
    /** Counts the resource; the first one starts the trial. */
    use: (visitor: Visitor, resource: string): void => {
      const { endsAt, used, plays } = trialOf(visitor);
      const trial = { endsAt, used: used.includes(resource) ? used : [...used, resource], plays: plays + 1 };
      for (const key of keysOf(visitor)) state.trials.set(key, trial);
      changed();
    },
    view: (visitor: Visitor) => {
      const trial = trialOf(visitor);
      const notBefore = trial.endsAt - durationOf(visitor.mvpd);
      const hash = createHash('sha1').update(keysOf(visitor).join()).digest('hex');
      const expiration = switches.now.promotionalExpiration === 'begin' && visitor.identity !== null;
      return {
        notBefore,
        notAfter: trial.endsAt,
        issuer: 'Adobe',
        type: 'temporary',
        attributes: {
          ...(visitor.identity !== null && {
            remaining_resources: plain(Math.max(0, allowanceOf(visitor.mvpd) - usedOf(trial))),
            used_assets: plain(trial.used),
          }),
          expiration_date: plain(expiration ? notBefore : trial.endsAt),
          userID: plain(`temppass_${hash}`),
        },
      };
    },
    /** Resets the trials of the devices or identities that `isNamed` selects. */
    forget: ({ serviceProvider, mvpd, kind, isNamed }: ForgottenTrials): void => {
      for (const key of [...state.trials.keys()]) {
        const [ownProvider, ownMvpd, ownKind, value] = keyParts.parse(JSON.parse(key));
        const isTheirs = ownProvider === serviceProvider && ownMvpd === mvpd && ownKind === kind;
        if (isTheirs && isNamed(value)) state.trials.delete(key);
      }
      changed();
    },
  };
};

export type Trials = ReturnType<typeof createTrials>;
