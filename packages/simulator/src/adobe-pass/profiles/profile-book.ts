import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from '../context.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Authentication } from '../state.ts';
import type { Owner, Viewer } from '../viewer.ts';
import { createProfileChanges } from './profile-changes.ts';
import { createSharedProfiles } from './shared-profiles.ts';

export type ProfileType = 'regular' | 'appleSSO' | 'platformSSO' | 'serviceTokenSSO';

export interface Found {
  readonly type: ProfileType;
  readonly profile: Authentication;
}

type Context = Pick<AdobeContext, 'state' | 'fixtures' | 'clock' | 'changed' | 'switches' | 'integrations'>;
type Candidate = readonly [ProfileType, Authentication | null];

const keyOf = ({ client, device, serviceProvider }: Owner, mvpd: string): string =>
  compositeKey(client, device, serviceProvider, mvpd);

/** The first of these that there is, in the order that the switches ask for. */
const createFind = (
  { switches }: Context,
  ways: {
    own: (viewer: Viewer, mvpd: string) => Authentication | null;
    shared: (owner: Owner, subject: string | null, mvpd: string) => Authentication | null;
    partnered: (owner: Owner, mvpd: string) => Authentication | null;
  },
) => {
  const candidates = (viewer: Viewer, mvpd: string): Candidate[] => {
    const { owner, subject, platformSubject, partner } = viewer;
    const own: Candidate = ['regular', ways.own(viewer, mvpd)];
    const apple: Candidate = ['appleSSO', partner === mvpd ? ways.partnered(owner, mvpd) : null];
    const service: Candidate = ['serviceTokenSSO', ways.shared(owner, subject, mvpd)];
    const platform: Candidate = ['platformSSO', ways.shared(owner, platformSubject, mvpd)];
    const bySubject = switches.now.ssoPrecedence === 'platform' ? [platform, service] : [service, platform];
    return switches.now.profilePrecedence === 'regular'
      ? [own, apple, ...bySubject]
      : [apple, ...bySubject, own];
  };
  return (viewer: Viewer, mvpd: string): Found | null => {
    for (const [type, profile] of candidates(viewer, mvpd)) if (profile) return { type, profile };
    return null;
  };
};

/**
 * Who is signed in at which MVPD. A regular profile belongs to client credentials, device and service provider, as
 * does a partner's; an SSO profile to a subject, and lives as long as the login that made it.
 */
export const createProfileBook = (context: Context) => {
  const { state, clock, changed, switches } = context;
  const shares = createSharedProfiles(context);
  const valid = (found: Authentication | undefined): Authentication | null =>
    found && found.notAfter > clock.now() && !found.invalidated ? found : null;

  const regular = (owner: Owner, mvpd: string) => valid(state.profiles.get(keyOf(owner, mvpd)));
  const partnered = (owner: Owner, mvpd: string) => valid(state.partnerProfiles.get(keyOf(owner, mvpd)));
  const shared = ({ serviceProvider }: Owner, subject: string | null, mvpd: string) =>
    shares.of(serviceProvider, subject, mvpd).find((found) => valid(found) !== null) ?? null;

  const store = (owner: Owner, authentication: Authentication): void => {
    state.profiles.set(keyOf(owner, authentication.mvpd), authentication);
    shares.keep(authentication);
    changed();
  };
  const own = ({ owner, subject }: Viewer, mvpd: string): Authentication | null => {
    const found = regular(owner, mvpd);
    const links = switches.now.tokenAfterLogin === 'links' && subject !== null && found?.subject === null;
    if (!found || !links) return found;
    const linked = { ...found, subject };
    store(owner, linked);
    return linked;
  };

  return {
    ...{ regular, partnered, store },
    find: createFind(context, { own, shared, partnered }),
    storePartnered: (owner: Owner, authentication: Authentication): void => {
      state.partnerProfiles.set(keyOf(owner, authentication.mvpd), authentication);
      changed();
    },
    /** Why there is no profile to decide by. */
    absence: ({ owner, subject, platformSubject }: Viewer, mvpd: string): RefusalCode => {
      const key = keyOf(owner, mvpd);
      const all = [
        ...[state.profiles.get(key), state.partnerProfiles.get(key)].flatMap((found) => found ?? []),
        ...[subject, platformSubject].flatMap((one) => shares.of(owner.serviceProvider, one, mvpd)),
      ];
      if (all.some(({ invalidated }) => invalidated)) return 'authenticated_profile_invalidated';
      const ended = all.some(({ notAfter }) => notAfter <= clock.now());
      return ended ? 'authenticated_profile_expired' : 'authenticated_profile_missing';
    },
    /** Removes the owner's own profiles and, for subjects, everything that their logins made. */
    remove: ({ owner, subject, platformSubject }: Viewer, mvpd: string): void => {
      const mine = switches.now.logoutWithoutToken === 'linked' ? regular(owner, mvpd) : null;
      state.profiles.delete(keyOf(owner, mvpd));
      state.partnerProfiles.delete(keyOf(owner, mvpd));
      const subjects = [subject, platformSubject, mine?.subject ?? null, mine?.platformSubject ?? null];
      for (const one of new Set(subjects)) if (one !== null) shares.remove(owner.serviceProvider, one, mvpd);
      changed();
    },
    ...createProfileChanges(context),
  };
};

export type ProfileBook = ReturnType<typeof createProfileBook>;
