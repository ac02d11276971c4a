import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Answer, Call } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import type { FoundProfile, FoundProfiles } from '#src/families/found-profiles';
import { statementHashOf } from '#src/families/statement-of';
import { type TokenFacts, tokenFactsOf } from '#src/families/token-facts';
import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/single-flight';
import type { TaggedCache } from '#src/lib/tagged-cache';
import { errorFields, type Log } from '#src/observability/logger';
import type { Caller } from './caller.ts';

interface Deps {
  readonly foundProfiles: Pick<FoundProfiles, 'add'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
  /** What this process knows to be noted: profiles, and the last answer that was read for them; tagged by viewer. */
  readonly noted: TaggedCache<string>;
  /** Called for each profile that an app has found for the first time. */
  readonly profileFound: (event: { app: string; type: string }) => void;
}

/** Whose profiles an answer has. */
export interface Finder {
  readonly viewer: string;
  readonly app: string;
  readonly instance: string;
  readonly statement?: string | undefined;
  /** Of the login, where the call itself takes no service token. */
  readonly token?: TokenFacts | undefined;
}

/** Undefined where nobody is signed in. */
export const finderOf = ({ app, instance, viewer }: Caller): Finder | undefined =>
  viewer === undefined
    ? undefined
    : { viewer, app: app.id, instance: instance.id, statement: statementHashOf(app, instance) };

/** Whoever created the code; undefined if nobody was signed in. */
export const finderOfCode = ({
  viewer,
  app,
  instance,
  statement,
  token,
}: RememberedCode): Finder | undefined =>
  viewer === undefined || app === undefined ? undefined : { viewer, app, instance, statement, token };

/** REST API V2, Profiles: the types that stand until `notAfter`. */
const lasting = z.enum(['regular', 'appleSSO', 'platformSSO', 'serviceTokenSSO']);
const answered = z.object({ profiles: z.record(z.string(), z.unknown()) });
const profile = z.object({ type: lasting, notAfter: z.number() });

const profilesIn = ({ status, body }: Answer) => {
  const { data } = status === 200 ? answered.safeParse(body) : {};
  return Object.entries(data?.profiles ?? {}).flatMap(([mvpd, found]) => {
    const { data: known } = profile.safeParse(found);
    return known ? [{ mvpd, ...known }] : [];
  });
};

/** Adobe says the same again and again: to compare is cheaper than to read. */
const digestOf = ({ bytes }: Answer): string | undefined => bytes && hash('sha256', bytes, 'base64url');

/**
 * Notes which profiles an app has found, once for as long as they stay the same. A note that cannot be written is lost: it is
 * never a reason to fail a call.
 */
export const createNoteProfiles = ({ foundProfiles, clock, log, noted, profileFound }: Deps) => {
  return {
    note: async (answer: Answer, call: Call, finder: Finder | undefined): Promise<void> => {
      if (!finder) return;
      const { viewer, app, instance, statement } = finder;
      const { credentials, device, serviceProvider } = call;
      // Viewers may share credentials (`profilesPer: device`), and each has found what they find.
      const place = compositeKey(viewer, credentials.id, serviceProvider, device.address);
      const digest = digestOf(answer);
      if (digest !== undefined && noted.get(place) === digest) return;
      const keyOf = (mvpd: string, type: string, notAfter: number): string =>
        compositeKey(place, mvpd, type, String(notAfter));
      const news = profilesIn(answer).filter(
        ({ mvpd, type, notAfter }) => noted.get(keyOf(mvpd, type, notAfter)) === undefined,
      );
      if (digest !== undefined) noted.set(place, digest, [viewer]);
      if (news.length === 0) return;
      const found = news.map(
        (one): FoundProfile => ({
          ...one,
          serviceProvider,
          app,
          instance,
          credentials: credentials.id,
          statement,
          token: tokenFactsOf(call.serviceToken) ?? finder.token,
          device,
          foundAt: clock.now(),
        }),
      );
      for (const { mvpd, type, notAfter } of news) noted.set(keyOf(mvpd, type, notAfter), '', [viewer]);
      const first = await foundProfiles.add(viewer, found).catch((error: unknown) => {
        noted.drop(viewer);
        log.warn(errorFields(error), 'a profile could not be noted');
        return [];
      });
      for (const { type } of first) profileFound({ app, type });
    },
    /** A viewer's profiles are noted again when they are found again. */
    forget: (viewer: string): void => noted.drop(viewer),
  };
};

export type NoteProfiles = ReturnType<typeof createNoteProfiles>;
