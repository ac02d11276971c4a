import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { HomeConnection, Subscription } from '../fixtures.ts';
import type { PartyContext } from '../party.ts';

const sessionLifetime = 24 * 3_600_000;
const codeLifetime = 60_000;

const signedIn = z.object({ mvpd: z.string(), username: z.string(), expiresAt: z.number() });
const savedSchema = z.object({ sessions: z.array(z.tuple([z.string(), signedIn])) });

type SignedIn = z.output<typeof signedIn>;

/** Where a device is connected to the Internet. */
export interface Connection {
  readonly address: string;
  readonly port: number | null;
}

const leadsThrough = ({ address, ports }: HomeConnection, connection: Connection): boolean => {
  if (address !== connection.address) return false;
  if (!ports) return true;
  const [first, last] = ports;
  return connection.port !== null && first <= connection.port && connection.port <= last;
};

/** Who subscribes to what, who is signed in in which browser, and the one-time codes that tell Adobe Pass of it. */
export const createSubscribers = ({
  fixtures,
  clock,
  ids,
  changed,
}: Pick<PartyContext, 'fixtures' | 'clock' | 'ids' | 'changed'>) => {
  const sessions = new Map<string, SignedIn>();
  const codes = new Map<string, SignedIn & { readonly request: string }>();

  const of = (mvpd: string): Subscription[] =>
    fixtures.users
      .flatMap(({ subscriptions }) => subscriptions)
      .filter((subscription) => subscription.mvpd === mvpd);

  const find = (mvpd: string, fits: (subscription: Subscription) => boolean): Subscription | null =>
    of(mvpd).find(fits) ?? null;

  const holder = (held: SignedIn | undefined, mvpd: string): Subscription | null => {
    if (held?.mvpd !== mvpd || held.expiresAt <= clock.now()) return null;
    return of(mvpd).find(({ username }) => username === held.username) ?? null;
  };

  return {
    of,
    byUserId: (mvpd: string, userId: string) => find(mvpd, (one) => one.userId === userId),
    byPassword: (mvpd: string, username: string | null, password: string | null) =>
      find(mvpd, (one) => one.username === username && one.password === password),
    /** Whose household's own connection it is. */
    atHome: (mvpd: string, connection: Connection) =>
      find(mvpd, ({ home = [] }) => home.some((known) => leadsThrough(known, connection))),
    inBrowser: (secret: string | undefined, mvpd: string): Subscription | null =>
      holder(sessions.get(fingerprint(secret ?? '')), mvpd),
    /** Opens a browser session; its secret belongs into the cookie. */
    signIn: ({ mvpd, username }: Subscription): string => {
      const secret = ids.secret();
      sessions.set(fingerprint(secret), { mvpd, username, expiresAt: clock.now() + sessionLifetime });
      changed();
      return secret;
    },
    signOut: (secret: string | undefined): void => {
      sessions.delete(fingerprint(secret ?? ''));
      changed();
    },
    issueCode: ({ mvpd, username }: Subscription, request: string): string => {
      const code = ids.secret();
      codes.set(fingerprint(code), { mvpd, username, request, expiresAt: clock.now() + codeLifetime });
      return code;
    },
    redeem: ({
      mvpd,
      request,
      code,
    }: {
      mvpd: string;
      request: string;
      code: string;
    }): Subscription | null => {
      const held = codes.get(fingerprint(code));
      codes.delete(fingerprint(code));
      return held?.request === request ? holder(held, mvpd) : null;
    },
    snapshot: (): Json => ({ sessions: [...sessions] }),
    restore: (saved: Json): void => {
      for (const [key, session] of savedSchema.parse(saved).sessions) sessions.set(key, session);
    },
    reset: (): void => {
      sessions.clear();
      codes.clear();
      changed();
    },
  };
};

export type Subscribers = ReturnType<typeof createSubscribers>;
