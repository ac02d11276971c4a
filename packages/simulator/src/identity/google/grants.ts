import type { User } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import { createHandles } from '../handles.ts';
import type { Token } from './model.ts';

/** Consents and the tokens issued for them. */
export const createGoogleGrants = (deps: { clock: Clock; ids: Ids }) => {
  const accessTokens = createHandles<Token>(deps, { prefix: 'ya29.', lifetime: 3599 });
  const refreshTokens = createHandles<Token>(deps, { prefix: '1//0', lifetime: 10 * 365 * 86_400 });
  const all = [accessTokens, refreshTokens];
  const consents = createLru<true>(1000);
  return {
    accessTokens,
    refreshTokens,
    begin: (about: Omit<Token, 'grant'>): Token => ({ ...about, grant: deps.ids.uuid() }),
    /** Whether the user has not consented before, or revoked the consent. */
    firstConsent: ({ id }: User): boolean => {
      const first = !consents.get(id);
      consents.set(id, true);
      return first;
    },
    /** Revokes all tokens of the grant that this token belongs to; returns whether there was one. */
    revoke: (token: string): boolean => {
      const found = all
        .map((handles) => handles.find(token))
        .find((handle) => handle && !handle.spent && handle.expiresAt > deps.clock.now());
      if (!found) return false;
      for (const handles of all) handles.spendWhere(({ grant }) => grant === found.value.grant);
      consents.delete(found.value.user.id);
      return true;
    },
    revokeAll: (user: User): void => {
      for (const handles of all) handles.spendWhere((token) => token.user.id === user.id);
      consents.delete(user.id);
    },
    clear: (): void => {
      for (const part of [...all, consents]) part.clear();
    },
  };
};

export type GoogleGrants = ReturnType<typeof createGoogleGrants>;
