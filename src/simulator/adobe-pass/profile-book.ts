import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from './context.ts';
import type { Authentication } from './state.ts';

/** Whom a regular profile belongs to. */
export interface Owner {
  readonly client: string;
  readonly device: string;
  readonly serviceProvider: string;
}

const keyOf = ({ client, device, serviceProvider }: Owner, mvpd: string): string =>
  compositeKey(client, device, serviceProvider, mvpd);

/**
 * Who is signed in at which MVPD. A regular profile belongs to client credentials, device and service provider;
 * an SSO profile to the subject of a service token, and lives as long as the login that made it.
 */
export const createProfileBook = ({
  state,
  clock,
  changed,
}: Pick<AdobeContext, 'state' | 'clock' | 'changed'>) => {
  const valid = (found: Authentication | undefined): Authentication | null =>
    found && found.notAfter > clock.now() ? found : null;

  const regular = (owner: Owner, mvpd: string) => valid(state.profiles.get(keyOf(owner, mvpd)));
  const sso = (subject: string | null, mvpd: string) =>
    subject === null ? null : valid(state.ssoProfiles.get(compositeKey(subject, mvpd)));

  return {
    regular,
    sso,
    expired: (owner: Owner, mvpd: string): boolean =>
      state.profiles.has(keyOf(owner, mvpd)) && regular(owner, mvpd) === null,
    store: (owner: Owner, authentication: Authentication): void => {
      const { mvpd, subject } = authentication;
      state.profiles.set(keyOf(owner, mvpd), authentication);
      if (subject !== null) state.ssoProfiles.set(compositeKey(subject, mvpd), authentication);
      changed();
    },
    /** Removes the owner's own profile and, for a subject, everything that the subject's logins made. */
    remove: (owner: Owner, mvpd: string, subject: string | null): void => {
      state.profiles.delete(keyOf(owner, mvpd));
      if (subject !== null) {
        state.ssoProfiles.delete(compositeKey(subject, mvpd));
        for (const [key, profile] of state.profiles)
          if (profile.subject === subject && profile.mvpd === mvpd) state.profiles.delete(key);
      }
      changed();
    },
  };
};

export type ProfileBook = ReturnType<typeof createProfileBook>;
