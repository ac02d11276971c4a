import { createHash } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { KinpassError } from '#src/lib/errors';
import { isPlainText } from '#src/lib/text';
import { rejected } from './errors.ts';
import type { ProviderKeys } from './provider-keys.ts';

export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** What ID Tokens of one provider must say. */
export interface IdTokenRules {
  /** Accepted spellings of `iss`, compared byte for byte; the first is the canonical one. */
  readonly issuers: readonly [string, ...string[]];
  readonly audience: string;
  /** Values of `azp` accepted beside the audience. */
  readonly authorizedParties: readonly string[];
  /** Audiences accepted beside ours (OpenID Connect Core §3.1.3.7, step 3). */
  readonly trustedAudiences: readonly string[];
  readonly algorithm: SigningAlgorithm;
  /** Seconds. */
  readonly clockTolerance: number;
  /** Characters. */
  readonly maxLength: number;
}

export interface IdTokenInput {
  readonly idToken: string;
  /** The nonce of the authorization request; null only where there was no request of ours. */
  readonly nonce: string | null;
  /** The access token issued with it, if any: `at_hash` must match it. */
  readonly accessToken?: string | undefined;
}

/** Seconds. */
const maxAge = 600;
const maxLifetime = 31 * 86_400;

const text = z.string().max(255).refine(isPlainText);
const date = z.number().positive().max(253_402_300_799); // the end of the year 9999; Infinity is not a date

const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: text,
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  azp: z.string().optional(),
  iat: date,
  exp: date,
  nonce: z.string().optional(),
  auth_time: date.optional(),
  acr: text.optional().catch(undefined),
  at_hash: z.string().optional(),
});

export type IdTokenClaims = z.output<typeof claimsSchema>;

interface Deps {
  readonly rules: IdTokenRules;
  readonly keys: Pick<ProviderKeys, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The claims of an ID Token that passed every check (OpenID Connect Core §3.1.3.7), `iss` in its canonical spelling.
 * Every sign-in with an ID Token passes through here. Errors: identity_rejected, identity_provider_unavailable.
 */
export const verifyIdToken = async (
  { rules, keys, clock }: Deps,
  { idToken, nonce, accessToken }: IdTokenInput,
): Promise<IdTokenClaims> => {
  if (!isCanonicalJws(idToken, rules.maxLength)) throw rejected('id_token: size or spelling');
  const { payload, protectedHeader } = await jwtVerify(idToken, keys.find, {
    algorithms: [rules.algorithm],
    issuer: [...rules.issuers],
    audience: rules.audience,
    requiredClaims: ['sub', 'iat', 'exp'],
    maxTokenAge: maxAge,
    clockTolerance: rules.clockTolerance,
    currentDate: new Date(clock.now()),
  }).catch((error: unknown) => {
    throw error instanceof KinpassError ? error : rejected(`id_token: ${reasonOf(error)}`);
  });
  checkType(protectedHeader.typ);
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw rejected(`id_token: ${claims.error.issues[0]?.path.join('.') ?? 'claims'}`);
  checkParties(claims.data, rules);
  checkLife(claims.data, seconds(clock.now()));
  checkBindings(claims.data, rules.algorithm, nonce, accessToken);
  return { ...claims.data, iss: rules.issuers[0] };
};

/** Access tokens, logout tokens and security events are JWTs of the same issuer, distinguished by `typ`. */
const checkType = (typ: unknown): void => {
  if (typ === undefined) return;
  if (typeof typ !== 'string' || !/^(application\/)?jwt$/i.test(typ)) throw rejected('id_token: typ');
};

const checkParties = ({ aud, azp }: IdTokenClaims, rules: IdTokenRules): void => {
  const others = [aud].flat().filter((one) => one !== rules.audience);
  if (!others.every((one) => rules.trustedAudiences.includes(one))) throw rejected('id_token: aud');
  if (azp === undefined) {
    if (others.length > 0) throw rejected('id_token: azp');
  } else if (azp !== rules.audience && !rules.authorizedParties.includes(azp)) {
    throw rejected('id_token: azp');
  }
};

const checkLife = ({ iat, exp }: IdTokenClaims, now: number): void => {
  if (exp <= iat || exp > now + maxLifetime) throw rejected('id_token: exp');
};

const checkBindings = (
  claims: IdTokenClaims,
  algorithm: SigningAlgorithm,
  nonce: string | null,
  accessToken: string | undefined,
): void => {
  if (nonce !== null && !constantTimeEqual(claims.nonce ?? '', nonce)) throw rejected('id_token: nonce');
  if (accessToken === undefined || claims.at_hash === undefined) return;
  if (!constantTimeEqual(claims.at_hash, accessTokenHash(accessToken, algorithm)))
    throw rejected('id_token: at_hash');
};

/** OpenID Connect Core §3.1.3.6: the left half of the hash that belongs to the signature algorithm. */
const accessTokenHash = (accessToken: string, algorithm: SigningAlgorithm): string => {
  const hash = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest();
  return hash.subarray(0, hash.length / 2).toString('base64url');
};

/** jose's code and claim name; never its message, payload or cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error) || !('code' in error)) return 'key or signature';
  return [error.code, 'claim' in error ? error.claim : ''].join(' ').trim();
};
