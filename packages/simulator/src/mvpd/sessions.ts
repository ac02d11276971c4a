import { z } from 'zod';
import type { Subscription } from '#src/fixtures';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { PartyContext } from '#src/party';

/** How long a browser stays signed in. What was told to Adobe meanwhile goes on to hold. */
const browserLifetime = 24 * 3_600_000;
/** How long a session is remembered: longer than any profile that came out of it. */
const memory = 366 * 24 * 3_600_000;

const session = z.object({
  index: z.string().describe('What SAML calls SessionIndex'),
  /** Fingerprint of the cookie. */
  browser: z.string(),
  mvpd: z.string(),
  userId: z.string(),
  /** The NameID of the session's transient assertions. */
  transientId: z.string(),
  /** IDs of the assertions that told of it. */
  assertions: z.array(z.string()),
  startedAt: z.number(),
  /** Whether the household's connection stood for a password. */
  atHome: z.boolean(),
  ended: z.boolean(),
});

const savedSchema = z.array(session);

export type Session = z.output<typeof session>;

/** How a session comes to its end, and who is told. */
const createEnding = ({
  sessions,
  changed,
}: Pick<PartyContext, 'changed'> & { sessions: Map<string, Session> }) => {
  const listeners: ((session: Session) => void)[] = [];
  return {
    end: (found: Session): void => {
      const ended = { ...found, ended: true };
      sessions.set(found.index, ended);
      for (const hear of listeners) hear(ended);
      changed();
    },
    whenEnded: (hear: (session: Session) => void): void => {
      listeners.push(hear);
    },
  };
};

/** Who is signed in at which MVPD. A session outlives its browser's cookie; only an explicit end ends it. */
export const createSessions = ({ clock, ids, changed }: Pick<PartyContext, 'clock' | 'ids' | 'changed'>) => {
  const sessions = new Map<string, Session>();

  const dropOld = (): void => {
    for (const { index, startedAt } of sessions.values()) {
      if (startedAt + memory > clock.now()) return;
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
    /** Opens a session in a browser; the secret belongs into its cookie. */
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
    /** Also one that has ended; null for one that never was. */
    find: (mvpd: string, index: string): Session | null => {
      const found = sessions.get(index);
      return found?.mvpd === mvpd ? found : null;
    },
    /** An assertion goes out that tells of the session. */
    tell: (told: Session, assertion: string): void => {
      sessions.set(told.index, { ...told, assertions: [...told.assertions, assertion] });
      changed();
    },
    ofAssertion: (mvpd: string, assertion: string): Session | null =>
      [...sessions.values()].find((one) => one.mvpd === mvpd && one.assertions.includes(assertion)) ?? null,
    /** Every session of the subscriber whom the MVPD calls so, latest first; by user id or transient name. */
    ofSubject: (mvpd: string, name: string): Session[] =>
      [...sessions.values()]
        .filter((found) => found.mvpd === mvpd && (found.userId === name || found.transientId === name))
        .reverse(),
    end,
    whenEnded,
    /** Ends what the subscriber, or with no name everybody, has at the MVPD; answers how many sessions that were. */
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
