import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { DistributedLock, HeldLease, RecordStore } from '#src/stores/expiring-ports';
import type { IssuedToken } from './token-request.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface AccessTokens {
  /**
   * The access token of these credentials. `refused` is one that Adobe has just answered 401 to: it is not given
   * out again. Errors: those of the token request; the signal's reason when it was aborted.
   */
  of(credentials: ClientCredentials, wanted: AccessTokenRequest): Promise<string>;
  /** The token that `of` would give at once, without a promise; undefined where it would have to wait for one. */
  known(credentials: ClientCredentials): string | undefined;
}

export interface AccessTokenRequest {
  readonly device: Device;
  readonly refused?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Deps {
  readonly request: (credentials: ClientCredentials, device: Device) => Promise<IssuedToken>;
  readonly records: Pick<RecordStore, 'get' | 'putFenced'>;
  readonly lock: DistributedLock;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds that one token request may take. */
  readonly timeout: number;
  /** Tokens that are kept in memory; all are in the store. */
  readonly maxKept: number;
}

const kept = z.object({ token: z.string(), renewAt: z.number() });
type Kept = z.infer<typeof kept>;

/** A token is renewed a minute before its end, or at nine tenths of a short life. */
const usableFor = (lifetime: number): number => lifetime - Math.min(60_000, lifetime / 10);

/** Access tokens by Adobe client id: kept until shortly before they expire, renewed once for all who wait. */
export const createAccessTokens = (deps: Deps): AccessTokens => {
  const { request, records, lock, clock, timeout } = deps;
  const remembered = createLru<Kept>(deps.maxKept);
  const flight = createSingleFlight<string>();

  const usable = (entry: Kept | undefined, refused?: string): entry is Kept =>
    entry !== undefined && entry.token !== refused && clock.now() < entry.renewAt;

  const stored = async (id: string, refused?: string): Promise<string | undefined> => {
    const entry = kept.safeParse(await records.get('adobe-access-token', id, clock.now())).data;
    if (!usable(entry, refused)) return undefined;
    remembered.set(id, entry);
    return entry.token;
  };

  const renew = async (
    credentials: ClientCredentials,
    { device, refused }: AccessTokenRequest,
    held: HeldLease,
  ): Promise<string> => {
    // The lifetime begins at Adobe: this process may be suspended before it reads the response.
    const askedAt = clock.now();
    const { accessToken, lifetime } = await request(credentials, device);
    const value = { token: accessToken, renewAt: askedAt + usableFor(lifetime) };
    const entry = { value, expiresAt: value.renewAt };
    const isStored = await records.putFenced(held, 'adobe-access-token', credentials.id, entry);
    // Another process has renewed it meanwhile: all use its token.
    if (!isStored) return (await stored(credentials.id, refused)) ?? accessToken;
    remembered.set(credentials.id, value);
    return accessToken;
  };

  const find = (credentials: ClientCredentials, wanted: AccessTokenRequest): Promise<string> =>
    lock({
      name: `adobe-access-token:${credentials.id}`,
      maxWait: timeout,
      existing: () => stored(credentials.id, wanted.refused),
      work: (held) => renew(credentials, wanted, held),
      timedOut: () =>
        fail('gateway_adobe_timeout', { detail: 'another process is renewing the access token' }),
    });

  return {
    known: ({ id }) => {
      const entry = remembered.get(id);
      return usable(entry) ? entry.token : undefined;
    },
    of: (credentials, wanted) => {
      const entry = remembered.get(credentials.id);
      if (usable(entry, wanted.refused)) return Promise.resolve(entry.token);
      const key = compositeKey(credentials.id, wanted.refused ?? '');
      // The flight is everybody's, so nobody's signal ends it.
      return orAborted(
        flight(key, () => find(credentials, wanted)),
        wanted.signal,
      );
    },
  };
};

const orAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
