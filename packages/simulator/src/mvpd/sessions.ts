import { z } from 'zod';
import type { Subscription } from '#src/fixtures';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { PartyContext } from '#src/party';

/** How long a browser stays signed in. What Adobe learned in the meantime remains valid. */
const browserLifetime = 24 * 3_600_000;
/** How long a session is stored: longer than any profile that came from it. */
const retention = 366 * 24 * 3_600_000;

const session = z.object({
  index: z.string().describe('What SAML calls SessionIndex'),
  /** Fingerprint of the cookie. */
  browser: z.string(),
  mvpd: z.string(),
  userId: z.string(),
  /** The NameID of the session's transient assertions. */
  transientId: z.string(),
  /** IDs of the assertions issued for it. */
  assertions: z.array(z.string()),
  startedAt: z.number(),
  /** Whether the subscriber was authenticated by their home connection (home-based authentication). */
  atHome: z.boolean(),
  ended: z.boolean(),
});

const savedSchema = z.array(session);

export type Session = z.output<typeof session>;

/** Ends sessions and notifies listeners. */
const createEnding = ({
  sessions,
  changed,
}: Pick<PartyContext, 'changed'> & { sessions: Map<string, Session> }) => {
  const listeners: ((session: Session) => void)[] = [];
  return {
    end: (found: Session): void => {
      const ended = { ...found, ended: true };
      sessions.set(found.index, ended);
      for (const listener of listeners) listener(ended);
      changed();
    },
    whenEnded: (listener: (session: Session) => void): void => {
      listeners.push(listener);
    },
  };
};

/** Who is signed in at which MVPD. A session outlives the browser's cookie and ends only explicitly. */
export const createSessions = ({ clock, ids, changed }: Pick<PartyContext, 'clock' | 'ids' | 'changed'>) => {
  const sessions = new Map<string, Session>();

  const dropOld = (): void => {
    for (const { index, startedAt } of sessions.values()) {
      if (startedAt + retention > clock.now()) return;
      sessions.delete(index);
    }
  };

  const { end, whenEnded } = createEnding({ sessions, changed });

  const inBrowser = (secret: string | undefined, mvpd: string): Session | null => {
    const browser = fingerprint(secret ?? '');
    const live = (one: Session) => !one.ended && one.startedAt + browserLifetime > clock.now();
    return (
      [...sessions.values()].find((one) => one.browser === browser && one.mvpd === mvpd && live(one)) ?? null
    );
  };

  return {
    inBrowser,
    /** Opens a session; the secret is the value of the browser's cookie. */
    open: ({ mvpd, userId }: Subscription, { atHome }: { atHome: boolean }) => {
      dropOld();
      const secret = ids.secret();
      const opened: Session = {
        index: `_${ids.uuid()}`,
        browser: fingerprint(secret),
        mvpd,
        userId,
        atHome,
        transientId: `_${ids.uuid()}`,
        assertions: [],
        startedAt: clock.now(),
        ended: false,
      };
      sessions.set(opened.index, opened);
      changed();
      return { secret, session: opened };
    },
    /** Finds ended sessions too; null for an unknown one. */
    find: (mvpd: string, index: string): Session | null => {
      const found = sessions.get(index);
      return found?.mvpd === mvpd ? found : null;
    },
    addAssertion: (issuedFor: Session, assertion: string): void => {
      sessions.set(issuedFor.index, { ...issuedFor, assertions: [...issuedFor.assertions, assertion] });
      changed();
    },
    ofAssertion: (mvpd: string, assertion: string): Session | null =>
      [...sessions.values()].find((one) => one.mvpd === mvpd && one.assertions.includes(assertion)) ?? null,
    /** All sessions of a subscriber, latest first, by user id or transient NameID. */
    ofSubject: (mvpd: string, name: string): Session[] =>
      [...sessions.values()]
        .filter((found) => found.mvpd === mvpd && (found.userId === name || found.transientId === name))
        .reverse(),
    end,
    whenEnded,
    /** Ends the sessions of one subscriber, or of all, at the MVPD. Returns their number. */
    endAll: (mvpd: string, userId?: string): number => {
      const live = [...sessions.values()].filter(
        (found) => found.mvpd === mvpd && !found.ended && (userId === undefined || found.userId === userId),
      );
      live.forEach(end);
      return live.length;
    },
    list: (): readonly Session[] => [...sessions.values()],
    snapshot: (): Json => [...sessions.values()],
    restore: (saved: Json): void => {
      for (const one of savedSchema.parse(saved)) sessions.set(one.index, one);
    },
    reset: (): void => {
      sessions.clear();
      changed();
    },
  };
};

export type Sessions = ReturnType<typeof createSessions>;
