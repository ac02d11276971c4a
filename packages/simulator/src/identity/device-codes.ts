import type { User } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createHandles } from './handles.ts';

/** No vowels, so that codes do not form words (RFC 8628 §6.1). */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';

type Decision = 'pending' | 'denied' | User;

interface Entry<R> {
  readonly request: R;
  readonly userCode: string;
  decision: Decision;
  /** Milliseconds since 1970. */
  polledAt: number;
}

export type Poll<R> = 'unknown' | 'expired' | 'pending' | 'tooFast' | 'denied' | { user: User; request: R };

/** Pending device authorizations; each provider has its own protocol for them. */
export interface DeviceCodes<R> {
  issue(request: R): { deviceCode: string; userCode: string };
  /** The pending request for a user code as typed; undefined if there is none. */
  pending(typed: string): R | undefined;
  decide(typed: string, decision: User | 'denied'): void;
  /** Returns the user once. `interval` in seconds. */
  poll(deviceCode: string, interval: number): Poll<R>;
  clear(): void;
}

const plain = (typed: string): string => typed.toUpperCase().replace(/[^A-Z]/g, '');

export const createDeviceCodes = <R>(
  { clock, ids }: { clock: Clock; ids: Ids },
  options: { prefix?: string; lifetime: number; format: (letters: string) => string },
): DeviceCodes<R> => {
  const codes = createHandles<Entry<R>>({ clock, ids }, options);
  const letters = (): string =>
    [...Buffer.from(ids.secret(8), 'base64url')].map((byte) => alphabet[byte % alphabet.length]).join('');
  const find = (typed: string): Entry<R> | undefined =>
    codes
      .live()
      .map(({ value }) => value)
      .find(({ userCode, decision }) => decision === 'pending' && plain(userCode) === plain(typed));

  return {
    issue: (request) => {
      const userCode = options.format(letters());
      const entry: Entry<R> = { request, userCode, decision: 'pending', polledAt: Number.NEGATIVE_INFINITY };
      return { deviceCode: codes.issue(entry), userCode };
    },
    pending: (typed) => find(typed)?.request,
    decide: (typed, decision) => {
      const entry = find(typed);
      if (entry) entry.decision = decision;
    },
    poll: (deviceCode, interval) => {
      const found = codes.find(deviceCode);
      if (!found || found.spent) return 'unknown';
      if (found.expiresAt <= clock.now()) return 'expired';
      const { value: entry } = found;
      const tooFast = clock.now() - entry.polledAt < interval * 1000;
      entry.polledAt = clock.now();
      if (tooFast) return 'tooFast';
      if (entry.decision === 'pending' || entry.decision === 'denied') return entry.decision;
      codes.spend(deviceCode);
      return { user: entry.decision, request: entry.request };
    },
    clear: codes.clear,
  };
};
