import { createHash } from 'node:crypto';
import type { User } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { MintRequest } from './identity-party.ts';
import type { People } from './people.ts';
import type { SignatureFault, Signer } from './signer.ts';

export interface IdTokenContent {
  readonly user: User;
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly nonce?: string | undefined;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
  readonly claims?: JsonObject | undefined;
  readonly flaw?: SignatureFault | undefined;
}

interface Deps {
  readonly clock: Clock;
  readonly signer: Signer;
  readonly people: People;
  /** The gateway's client id at this provider. */
  readonly clientId: string;
  /** The provider's claims besides `aud`, `iat`, `exp` and `nonce`. */
  readonly claimsOf: (content: IdTokenContent) => JsonObject;
  /** Seconds. */
  readonly lifetime?: number;
}

export interface IdTokens {
  issue(content: IdTokenContent): Promise<string>;
  mint(request: MintRequest): Promise<string>;
}

/** Left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6). */
export const accessTokenHash = (accessToken: string): string =>
  createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');

/** Removes claims that are null. */
export const present = (claims: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));

export const createIdTokens = ({
  clock,
  signer,
  people,
  clientId,
  claimsOf,
  lifetime = 3600,
}: Deps): IdTokens => {
  const issue = (content: IdTokenContent) => {
    const { audience, nonce, expiresIn = lifetime, claims = {}, flaw } = content;
    const iat = seconds(clock.now());
    return signer.sign(
      present({
        ...claimsOf(content),
        aud: audience,
        iat,
        exp: iat + expiresIn,
        nonce: nonce ?? null,
        ...claims,
      }),
      { flaw },
    );
  };
  return {
    issue,
    mint: async ({ user, audience = clientId, kind: _kind, ...rest }) =>
      issue({ ...rest, user: people.named(user), audience, scopes: ['openid', 'email', 'profile'] }),
  };
};
