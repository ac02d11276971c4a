import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import type { Session } from '../sessions.ts';

/** Milliseconds. A login without a password is valid for a shorter time. */
const lifetimes = {
  code: 60_000,
  access: 3_600_000,
  refresh: 90 * 24 * 3_600_000,
  refreshAtHome: 24 * 3_600_000,
};

const token = z.object({ mvpd: z.string(), session: z.string(), expiresAt: z.number() });
const saved = z.object({
  refresh: z.array(z.tuple([z.string(), token])),
  access: z.array(z.tuple([z.string(), token])),
});

type Token = z.output<typeof token>;

interface Code extends Token {
  readonly redirectUri: string;
}

/** Codes, refresh and access tokens of the OAuth 2.0 MVPDs, stored by fingerprint. */
export const createGrants = ({ clock, ids, changed }: Pick<PartyContext, 'clock' | 'ids' | 'changed'>) => {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, Token>();
  const accessTokens = new Map<string, Token>();

  const find = <T extends Token>(tokens: Map<string, T>, mvpd: string, value: string): T | null => {
    const found = tokens.get(fingerprint(value));
    return found && found.mvpd === mvpd && found.expiresAt > clock.now() ? found : null;
  };
  const issue = <T extends Token>(tokens: Map<string, T>, given: T): string => {
    for (const [key, { expiresAt }] of tokens) if (expiresAt <= clock.now()) tokens.delete(key);
    const value = ids.secret();
    tokens.set(fingerprint(value), given);
    changed();
    return value;
  };

  return {
    code: ({ mvpd, index }: Session, redirectUri: string): string =>
      issue(codes, { mvpd, session: index, redirectUri, expiresAt: clock.now() + lifetimes.code }),
    /** Returns the session's index; null for a code that is unknown, expired, used or for another redirect URI. */
    redeem: (mvpd: string, code: string, redirectUri: string): string | null => {
      const found = find(codes, mvpd, code);
      codes.delete(fingerprint(code));
      return found?.redirectUri === redirectUri ? found.session : null;
    },
    refreshToken: ({ mvpd, index, atHome }: Session) => {
      const lifetime = atHome ? lifetimes.refreshAtHome : lifetimes.refresh;
      const value = issue(refreshTokens, { mvpd, session: index, expiresAt: clock.now() + lifetime });
      return { value, lifetime };
    },
    /** Looks up a refresh token, which does not rotate. */
    refreshed: (mvpd: string, value: string) => {
      const found = find(refreshTokens, mvpd, value);
      return found && { session: found.session, lifetime: found.expiresAt - clock.now() };
    },
    /** Issues another access token; earlier ones remain valid. */
    accessToken: (mvpd: string, session: string) => ({
      value: issue(accessTokens, { mvpd, session, expiresAt: clock.now() + lifetimes.access }),
      lifetime: lifetimes.access,
    }),
    /** The index of an access token's session. */
    sessionOf: (mvpd: string, value: string): string | null =>
      find(accessTokens, mvpd, value)?.session ?? null,
    snapshot: (): Json => ({ refresh: [...refreshTokens], access: [...accessTokens] }),
    restore: (state: Json): void => {
      const { refresh, access } = saved.parse(state);
      for (const [key, value] of refresh) refreshTokens.set(key, value);
      for (const [key, value] of access) accessTokens.set(key, value);
    },
    reset: (): void => {
      for (const tokens of [codes, refreshTokens, accessTokens]) tokens.clear();
      changed();
    },
  };
};

export type Grants = ReturnType<typeof createGrants>;
