import { compositeKey } from '#src/lib/single-flight';
import type { IdentityKey } from '#src/stores/ports';

/** What an earlier line of the import has said about something. */
export interface Seen {
  readonly line: number;
  readonly digest: string;
  /** The account that an identity belongs to. */
  readonly account?: string | undefined;
}

/** By key, for any number of lines. */
export interface SeenIndex {
  get(key: string): Seen | undefined;
  put(entries: ReadonlyMap<string, Seen>): void;
}

interface Texts {
  get(key: string): string | undefined;
  put(entries: Iterable<readonly [key: string, text: string]>): void;
}

export const createSeenIndex = (texts: Texts): SeenIndex => ({
  get: (key) => {
    const text = texts.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Seen);
  },
  put: (entries) => texts.put([...entries].map(([key, seen]) => [key, JSON.stringify(seen)])),
});

export const seenKeys = {
  identity: ({ family, issuer, subject }: IdentityKey) => compositeKey('identity', family, issuer, subject),
  subject: (family: string, subject: string) => compositeKey('subject', family, subject),
  account: (id: string) => compositeKey('account', id),
  client: (clientId: string) => compositeKey('client', clientId),
  place: (app: string, device: string, viewer: string) => compositeKey('place', app, device, viewer),
  /** Made by Kinpass. */
  made: (family: string, subject: string) => compositeKey('made', family, subject),
};
