import type { User } from '#src/fixtures';
import type { JsonObject } from '#src/lib/json';
import { familyName, givenName } from '../people.ts';
import type { Challenge } from '../pkce.ts';

/** The value of an authorization code. */
export interface Code {
  readonly user: User;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly challenge: Challenge | undefined;
  /** When the user entered the password, in seconds; only if the request asked for it. */
  readonly authTime: number | undefined;
  /** `access_type=offline`: the grant outlives its access token. */
  readonly offline: boolean;
}

/** The value of an access or refresh token; all tokens of a grant are revoked together. */
export interface Token {
  readonly grant: string;
  readonly clientId: string;
  readonly user: User;
  readonly scopes: readonly string[];
}

/** RFC 6749 §5.2 with Google's own wording. */
export class GoogleError extends Error {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description: string) {
    super(description);
    this.name = 'GoogleError';
    this.status = status;
    this.error = error;
  }
}

/** `hd` and `email_verified` accompany the address; together they make Google authoritative for it. */
export const userClaims = (user: User, scopes: readonly string[]): JsonObject => ({
  sub: user.google.subject,
  ...(scopes.includes('email') && {
    hd: user.google.hostedDomain,
    email: user.google.email,
    email_verified: true,
  }),
  ...(scopes.includes('profile') && {
    name: user.name,
    given_name: givenName(user),
    family_name: familyName(user),
  }),
});

const longNames: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

/** Responses always use the long scope names. */
export const scopeText = (scopes: readonly string[]): string =>
  scopes.map((scope) => longNames[scope] ?? scope).join(' ');

export const readScopes = (text: string): string[] => {
  const short = new Map(Object.entries(longNames).map(([name, long]) => [long, name]));
  return text
    .split(' ')
    .filter(Boolean)
    .map((scope) => short.get(scope) ?? scope);
};
