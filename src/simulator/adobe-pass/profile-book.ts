import type { JsonObject } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ServiceProvider } from '../fixtures.ts';
import type { AdobeContext } from './context.ts';
import type { RefusalCode } from './refusal.ts';
import type { Authentication } from './state.ts';

/** Whom a regular profile belongs to. */
export interface Owner {
  readonly client: string;
  readonly device: string;
  readonly serviceProvider: string;
}

/** Who asks, and by whose word they may see more than the device's own. */
export interface Viewer {
  readonly owner: Owner;
  readonly subject: string | null;
  readonly platformSubject: string | null;
  /** The MVPD that the partner's framework vouches for. */
  readonly partner: string | null;
}

export type ProfileType = 'regular' | 'appleSSO' | 'platformSSO' | 'serviceTokenSSO';

export interface Found {
  readonly type: ProfileType;
  readonly profile: Authentication;
}

type Context = Pick<AdobeContext, 'state' | 'fixtures' | 'clock' | 'changed' | 'switches' | 'integrations'>;

const keyOf = ({ client, device, serviceProvider }: Owner, mvpd: string): string =>
  compositeKey(client, device, serviceProvider, mvpd);

const ssoKey = (serviceProvider: string, subject: string, mvpd: string): string =>
  compositeKey(serviceProvider, subject, mvpd);

/** Whether the one's word counts for the other: brands of one programmer, unless the switch says otherwise. */
const inScope = ({ switches }: Context, one: ServiceProvider, other: ServiceProvider): boolean => {
  if (one.id === other.id || switches.now.ssoScope === 'everywhere') return true;
  return switches.now.ssoScope === 'programmer' && one.programmer === other.programmer;
};

/**
 * Who is signed in at which MVPD. A regular profile belongs to client credentials, device and service provider, as
 * does a partner's; an SSO profile to a subject, and lives as long as the login that made it.
 */
export const createProfileBook = (context: Context) => {
  const { state, fixtures, clock, changed, switches, integrations } = context;
  const valid = (found: Authentication | undefined): Authentication | null =>
    found && found.notAfter > clock.now() && !found.invalidated ? found : null;

  const providersAround = (id: string): ServiceProvider[] => {
    const own = fixtures.serviceProviders.find((provider) => provider.id === id);
    return own ? fixtures.serviceProviders.filter((provider) => inScope(context, own, provider)) : [];
  };
  /** Everything that the subject's logins made within reach, valid or not, the longest first. */
  const records = ({ serviceProvider }: Owner, subject: string | null, mvpd: string): Authentication[] => {
    if (subject === null) return [];
    const around = providersAround(serviceProvider);
    const alone = (provider: ServiceProvider) => integrations.standsAlone(provider, mvpd);
    const own = around.find((provider) => provider.id === serviceProvider);
    if (!own || alone(own) || !integrations.isActive(own, mvpd)) return [];
    return around
      .filter((provider) => !alone(provider))
      .flatMap((provider) => state.ssoProfiles.get(ssoKey(provider.id, subject, mvpd)) ?? [])
      .sort((a, b) => b.notAfter - a.notAfter);
  };
  const shared = (owner: Owner, subject: string | null, mvpd: string): Authentication | null =>
    records(owner, subject, mvpd)
      .map(valid)
      .find((profile) => profile !== null) ?? null;

  const keepForSubjects = (authentication: Authentication): void => {
    const { serviceProvider, mvpd, subject, platformSubject } = authentication;
    for (const one of [subject, platformSubject])
      if (one !== null) state.ssoProfiles.set(ssoKey(serviceProvider, one, mvpd), authentication);
  };
  const store = (owner: Owner, authentication: Authentication): void => {
    state.profiles.set(keyOf(owner, authentication.mvpd), authentication);
    keepForSubjects(authentication);
    changed();
  };

  const regular = (owner: Owner, mvpd: string) => valid(state.profiles.get(keyOf(owner, mvpd)));
  const partnered = (owner: Owner, mvpd: string) => valid(state.partnerProfiles.get(keyOf(owner, mvpd)));

  const own = ({ owner, subject }: Viewer, mvpd: string): Authentication | null => {
    const found = regular(owner, mvpd);
    const links = switches.now.tokenAfterLogin === 'links' && subject !== null && found?.subject === null;
    if (!found || !links) return found;
    const linked = { ...found, subject };
    store(owner, linked);
    return linked;
  };
  const candidates = (viewer: Viewer, mvpd: string): [ProfileType, Authentication | null][] => {
    const { owner, subject, platformSubject, partner } = viewer;
    const mine: [ProfileType, Authentication | null][] = [['regular', own(viewer, mvpd)]];
    const bySubject: [ProfileType, Authentication | null][] = [
      ['serviceTokenSSO', shared(owner, subject, mvpd)],
      ['platformSSO', shared(owner, platformSubject, mvpd)],
    ];
    if (switches.now.ssoPrecedence === 'platform') bySubject.reverse();
    const foreign: typeof mine = [
      ['appleSSO', partner === mvpd ? partnered(owner, mvpd) : null],
      ...bySubject,
    ];
    return switches.now.profilePrecedence === 'regular' ? [...mine, ...foreign] : [...foreign, ...mine];
  };
  const find = (viewer: Viewer, mvpd: string): Found | null => {
    for (const [type, profile] of candidates(viewer, mvpd)) if (profile) return { type, profile };
    return null;
  };

  const everywhere = (change: (found: Authentication) => Authentication): void => {
    for (const book of [state.profiles, state.ssoProfiles, state.partnerProfiles])
      for (const [key, found] of book) book.set(key, change(found));
    changed();
  };

  const removeSubject = ({ serviceProvider }: Owner, subject: string, mvpd: string): void => {
    const around = new Set(providersAround(serviceProvider).map(({ id }) => id));
    for (const book of [state.profiles, state.ssoProfiles])
      for (const [key, found] of book) {
        const theirs = found.subject === subject || found.platformSubject === subject;
        if (theirs && found.mvpd === mvpd && around.has(found.serviceProvider)) book.delete(key);
      }
  };

  return {
    regular,
    partnered,
    find,
    store,
    storePartnered: (owner: Owner, authentication: Authentication): void => {
      state.partnerProfiles.set(keyOf(owner, authentication.mvpd), authentication);
      changed();
    },
    /** Why there is no profile to decide by. */
    absence: ({ owner, subject, platformSubject }: Viewer, mvpd: string): RefusalCode => {
      const held = [state.profiles.get(keyOf(owner, mvpd)), state.partnerProfiles.get(keyOf(owner, mvpd))];
      const shares = [subject, platformSubject].flatMap((one) => records(owner, one, mvpd));
      const all = [...held.flatMap((found) => found ?? []), ...shares];
      if (all.some(({ invalidated }) => invalidated)) return 'authenticated_profile_invalidated';
      const ended = all.some(({ notAfter }) => notAfter <= clock.now());
      return ended ? 'authenticated_profile_expired' : 'authenticated_profile_missing';
    },
    /** Removes the owner's own profiles and, for subjects, everything that their logins made. */
    remove: ({ owner, subject, platformSubject }: Viewer, mvpd: string): void => {
      const mine = regular(owner, mvpd);
      state.profiles.delete(keyOf(owner, mvpd));
      state.partnerProfiles.delete(keyOf(owner, mvpd));
      const linked = switches.now.logoutWithoutToken === 'linked';
      const subjects = [
        subject,
        platformSubject,
        ...(linked && mine ? [mine.subject, mine.platformSubject] : []),
      ];
      for (const one of new Set(subjects)) if (one !== null) removeSubject(owner, one, mvpd);
      changed();
    },
    /** The MVPD calls its word back: of one subscriber, or of all. */
    invalidate: ({ mvpd, userId }: { mvpd: string; userId?: string | undefined }): void =>
      everywhere((found) =>
        found.mvpd === mvpd && (userId === undefined || found.userId === userId)
          ? { ...found, invalidated: true }
          : found,
      ),
    /** User metadata that the MVPD changed after the login. */
    changeAttributes: ({ mvpd, userId }: Authentication, attributes: JsonObject): void =>
      everywhere((found) =>
        found.mvpd === mvpd && found.userId === userId
          ? { ...found, attributes: { ...found.attributes, ...attributes } }
          : found,
      ),
  };
};

export type ProfileBook = ReturnType<typeof createProfileBook>;
