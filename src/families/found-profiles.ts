import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { DistributedLock, RecordStore } from '#src/stores/expiring-ports';
import { knownDevice } from './known-device.ts';
import { tokenFacts } from './token-facts.ts';

interface Deps {
  readonly records: Pick<RecordStore, 'get' | 'putFenced'>;
  readonly lock: DistributedLock;
  readonly clock: Pick<Clock, 'now'>;
}

/** A profile that an app has found at Adobe for a viewer, and what it rests on. Times are epoch milliseconds. */
const foundProfile = z.object({
  serviceProvider: z.string(),
  mvpd: z.string(),
  /** REST API V2: `regular`, `serviceTokenSSO` and so on. */
  type: z.string(),
  app: z.string(),
  instance: z.string(),
  /** Id of the Adobe credentials. */
  credentials: z.string(),
  /** SHA-256 of the software statement that these were registered with. */
  statement: z.string().optional(),
  /** Absent where no service token went along. */
  token: tokenFacts.optional(),
  device: knownDevice.optional(),
  notAfter: z.number(),
  foundAt: z.number(),
  /** The logout that ended it. */
  ended: z.object({ at: z.number(), app: z.string() }).optional(),
});

export type FoundProfile = z.infer<typeof foundProfile>;

const stored = z.array(foundProfile);

const kind = 'found-profiles';
const day = 86_400_000;
/** How long the end of a profile can be explained. */
const keptFor = 30 * day;
const longest = 400 * day;
/** Of one viewer: the latest ones. */
const maxProfiles = 60;
/** Milliseconds to wait for another node. */
const maxWait = 5_000;

/** One profile of one app on one device. */
export const profileKey = ({
  instance,
  serviceProvider,
  mvpd,
}: Pick<FoundProfile, 'instance' | 'serviceProvider' | 'mvpd'>): string =>
  compositeKey(instance, serviceProvider, mvpd);

/** Parses what is stored: members that are not listed are left out, and so are those without a value. */
const asJson = (profiles: readonly FoundProfile[]): Json =>
  JSON.parse(JSON.stringify(stored.parse(profiles)));

/**
 * The profiles that a viewer's apps have found, of any device: what a logout has to end, and what is compared when an app
 * does not find one. It is not proof that Adobe still has them.
 */
export const createFoundProfiles = ({ records, lock, clock }: Deps) => {
  const list = async (viewer: string): Promise<readonly FoundProfile[]> => {
    const found = stored.safeParse(await records.get(kind, viewer, clock.now()));
    return found.success ? found.data : [];
  };

  const change = async (
    viewer: string,
    changed: (before: readonly FoundProfile[]) => readonly FoundProfile[],
  ): Promise<void> => {
    await lock<true>({
      name: compositeKey(kind, viewer),
      maxWait,
      existing: async () => undefined,
      work: async (held) => {
        const now = clock.now();
        const kept = changed(await list(viewer))
          .filter(({ notAfter, ended }) => now < (ended?.at ?? notAfter) + keptFor)
          .sort((a, b) => b.foundAt - a.foundAt)
          .slice(0, maxProfiles);
        const last = Math.max(now, ...kept.map(({ notAfter }) => notAfter)) + keptFor;
        const expiresAt = Math.min(last, now + longest);
        if (await records.putFenced(held, kind, viewer, { value: asJson(kept), expiresAt })) return true;
        throw unavailable();
      },
      timedOut: unavailable,
    });
  };

  return {
    list,

    /**
     * The newest knowledge of a profile replaces earlier. What is known already is read, and not written again. Returns the
     * profiles that no app has found before.
     */
    add: async (viewer: string, found: readonly FoundProfile[]): Promise<readonly FoundProfile[]> => {
      const known = await list(viewer);
      const news = found.filter((one) => !known.some((earlier) => isSame(one, earlier)));
      if (news.length === 0) return [];
      const keys = new Set(news.map(profileKey));
      await change(viewer, (before) => [
        ...news.map((one) => withTokenOfLogin(one, before)),
        ...before.filter((one) => !keys.has(profileKey(one))),
      ]);
      return news.filter((one) => !known.some((earlier) => isOfSameLogin(one, earlier)));
    },

    /** These have been ended by a logout in this app. What was known of their devices is forgotten. */
    end: (viewer: string, keys: ReadonlySet<string>, app: string): Promise<void> =>
      change(viewer, (before) =>
        before.map((one) => {
          if (!keys.has(profileKey(one)) || one.ended) return one;
          const { device: _, ...rest } = one;
          return { ...rest, ended: { at: clock.now(), app } };
        }),
      ),
  };
};

export type FoundProfiles = ReturnType<typeof createFoundProfiles>;

/** Whether an app had this profile before, wherever its device was. */
const isOfSameLogin = (found: FoundProfile, earlier: FoundProfile): boolean =>
  !earlier.ended &&
  profileKey(found) === profileKey(earlier) &&
  found.type === earlier.type &&
  found.notAfter === earlier.notAfter;

/** Whether there is nothing new in it but the time. */
const isSame = (found: FoundProfile, earlier: FoundProfile): boolean =>
  isOfSameLogin(found, earlier) &&
  found.credentials === earlier.credentials &&
  found.device?.address === earlier.device?.address;

/** A login stays the one that it was, whatever the token says with which it is read. */
const withTokenOfLogin = (found: FoundProfile, before: readonly FoundProfile[]): FoundProfile => {
  const same = before.find(
    (one) =>
      profileKey(one) === profileKey(found) && one.type === found.type && one.notAfter === found.notAfter,
  );
  return found.type === 'regular' && same?.token ? { ...found, token: same.token } : found;
};

const unavailable = () =>
  fail('gateway_unavailable', { retryAfter: 1, detail: 'the profiles of the viewer are being changed' });
