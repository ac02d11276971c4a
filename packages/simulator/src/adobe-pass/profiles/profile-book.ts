import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { RefusalCode } from '../errors/refusal.ts';
import type { Owner, Viewer } from '../requests/viewer.ts';
import type { Authentication } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { createProfileChanges, type ProfileChangesDeps } from './profile-changes.ts';
import { createSharedProfiles, type SharedProfilesDeps } from './shared-profiles.ts';

export type ProfileType = 'regular' | 'appleSSO' | 'platformSSO' | 'serviceTokenSSO';

export interface Found {
  readonly type: ProfileType;
  readonly profile: Authentication;
}

type Deps = ProfileChangesDeps &
  SharedProfilesDeps & {
    readonly clock: Clock;
    readonly switches: SwitchReader<
      'ssoPrecedence' | 'profilePrecedence' | 'tokenAfterLogin' | 'logoutWithoutToken'
    >;
  };
type Candidate = readonly [ProfileType, Authentication | null];

const keyOf = ({ client, device, serviceProvider }: Owner, mvpd: string): string =>
  compositeKey(client, device, serviceProvider, mvpd);

/** Looks for a profile of each type, in the order that the switches select. */
const createFind = (
  { switches }: Pick<Deps, 'switches'>,
  lookups: {
    own: (viewer: Viewer, mvpd: string) => Authentication | null;
    shared: (owner: Owner, subject: string | null, mvpd: string) => Authentication | null;
    partnered: (owner: Owner, mvpd: string) => Authentication | null;
  },
) => {
  const candidates = (viewer: Viewer, mvpd: string): Candidate[] => {
    const { owner, subject, platformSubject, partner } = viewer;
    const own: Candidate = ['regular', lookups.own(viewer, mvpd)];
    const apple: Candidate = ['appleSSO', partner === mvpd ? lookups.partnered(owner, mvpd) : null];
    const service: Candidate = ['serviceTokenSSO', lookups.shared(owner, subject, mvpd)];
    const platform: Candidate = ['platformSSO', lookups.shared(owner, platformSubject, mvpd)];
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
 * Who is authenticated at which MVPD. Regular and partner profiles belong to client credentials, device and service
 * provider. An SSO profile belongs to a subject and ends with the login that created it.
 */
export const createProfileBook = (deps: Deps) => {
  const { state, clock, changed, switches } = deps;
  const shares = createSharedProfiles(deps);
  const valid = (found: Authentication | undefined): Authentication | null =>
    found && found.notAfter > clock.now() && !found.invalidated ? found : null;

  const regular = (owner: Owner, mvpd: string) => valid(state.profiles.get(keyOf(owner, mvpd)));
  const partnered = (owner: Owner, mvpd: string) => valid(state.partnerProfiles.get(keyOf(owner, mvpd)));
  const shared = ({ serviceProvider }: Owner, subject: string | null, mvpd: string) =>
    shares.of(serviceProvider, subject, mvpd).find((found) => valid(found) !== null) ?? null;

  const store = (owner: Owner, authentication: Authentication): void => {
    state.profiles.set(keyOf(owner, authentication.mvpd), authentication);
    shares.store(authentication);
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
    regular,
    partnered,
    store,
    find: createFind(deps, { own, shared, partnered }),
    storePartnered: (owner: Owner, authentication: Authentication): void => {
      state.partnerProfiles.set(keyOf(owner, authentication.mvpd), authentication);
      changed();
    },
    /** Why a decision finds no profile. */
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
    /** Removes the owner's own profiles and the SSO profiles of the subjects. */
    remove: ({ owner, subject, platformSubject }: Viewer, mvpd: string): void => {
      const mine = switches.now.logoutWithoutToken === 'linked' ? regular(owner, mvpd) : null;
      state.profiles.delete(keyOf(owner, mvpd));
      state.partnerProfiles.delete(keyOf(owner, mvpd));
      const subjects = [subject, platformSubject, mine?.subject ?? null, mine?.platformSubject ?? null];
      for (const one of new Set(subjects)) if (one !== null) shares.remove(owner.serviceProvider, one, mvpd);
      changed();
    },
    ...createProfileChanges(deps),
  };
};

export type ProfileBook = ReturnType<typeof createProfileBook>;
