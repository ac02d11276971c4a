import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { compositeKey } from '#src/lib/single-flight';
import type { Mvpd } from '../fixtures.ts';
import type { AdobeContext } from './context.ts';
import { type RefusalCode, refuse } from './refusal.ts';
import type { Trial } from './state.ts';

/** Milliseconds: "Adobe Temp Pass Test 3 min". */
const duration = 180_000;
/** How many different resources a promotional TempPass opens. */
const allowance = 5;

export interface Visitor {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly device: string;
  /** Whom a promotional TempPass knows beside the device. */
  readonly identity: string | null;
}

const keysOf = ({ serviceProvider, mvpd, device, identity }: Visitor): string[] => [
  compositeKey(serviceProvider, mvpd, 'device', device),
  ...(identity === null ? [] : [compositeKey(serviceProvider, mvpd, 'identity', identity)]),
];

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** AP-TempPass-Identity: Base64 of a JSON object; a promotional TempPass cannot do without, a basic one ignores it. */
export const identityOf = (mvpd: Mvpd, headers: IncomingHttpHeaders): string | null => {
  if (!mvpd.isPromotional) return null;
  const text = Buffer.from(String(headers['ap-temppass-identity'] ?? ''), 'base64').toString('utf8');
  if (!isObject(text)) throw refuse('invalid_header_identity_for_temporary_access');
  return createHash('sha256').update(text).digest('hex');
};

const plain = <T>(value: T) => ({ value, state: 'plain' });

/**
 * Trials that begin with the first authorization and run by the wall clock: basic ones per device, promotional
 * ones per device or identity, whichever is known.
 */
export const createTrials = ({
  state,
  clock,
  changed,
}: Pick<AdobeContext, 'state' | 'clock' | 'changed'>) => {
  const trialOf = (visitor: Visitor): Trial => {
    const known = keysOf(visitor).flatMap((key) => state.trials.get(key) ?? []);
    return {
      endsAt: Math.min(clock.now() + duration, ...known.map(({ endsAt }) => endsAt)),
      used: [...new Set(known.flatMap(({ used }) => used))],
    };
  };

  /** Why the visitor may not go on; with a resource, why not with that one. */
  const refusalOf = (visitor: Visitor, resource?: string): RefusalCode | null => {
    const { endsAt, used } = trialOf(visitor);
    if (endsAt <= clock.now()) return 'temporary_access_duration_limit_exceeded';
    const spent = visitor.identity !== null && used.length >= allowance;
    return spent && !(resource !== undefined && used.includes(resource))
      ? 'temporary_access_resources_limit_exceeded'
      : null;
  };

  return {
    refusalOf,
    endOf: (visitor: Visitor): number => trialOf(visitor).endsAt,
    /** Counts the resource in; the first one begins the trial. */
    use: (visitor: Visitor, resource: string): void => {
      const { endsAt, used } = trialOf(visitor);
      const trial = { endsAt, used: used.includes(resource) ? used : [...used, resource] };
      for (const key of keysOf(visitor)) state.trials.set(key, trial);
      changed();
    },
    view: (visitor: Visitor) => {
      const { endsAt, used } = trialOf(visitor);
      const hash = createHash('sha1').update(keysOf(visitor).join()).digest('hex');
      return {
        notBefore: endsAt - duration,
        notAfter: endsAt,
        issuer: 'Adobe',
        type: 'temporary',
        attributes: {
          ...(visitor.identity !== null && {
            remaining_resources: plain(allowance - used.length),
            used_assets: plain(used),
          }),
          expiration_date: plain(endsAt),
          userID: plain(`temppass_${hash}`),
        },
      };
    },
  };
};

export type Trials = ReturnType<typeof createTrials>;
