import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { isPlainText } from '#src/lib/text';
import { hasDuplicateMembers } from './duplicate-members.ts';
import { expiredToken, fromJose, invalidToken } from './errors.ts';
import type { ExternalRules } from './ports.ts';

interface Deps {
  readonly rules: ExternalRules;
  /** Returns the key to verify the signature with, after its own checks. Errors: gateway_external_…. */
  readonly findKey: JWTVerifyGetKey;
  readonly clock: Pick<Clock, 'now'>;
}

/** Seconds. */
const clockTolerance = 30;
/** What a header line to Adobe may hold. */
const maxTokenLength = 8_192;
const maxDate = 253_402_300_799; // the end of the year 9999: excludes milliseconds and infinity

/** Nothing that supplies or locates a key, and no extension; x5t only identifies the certificate. */
const headerSchema = z.strictObject({
  alg: z.literal('RS256'),
  typ: z
    .string()
    .regex(/^(application\/)?jwt$/i)
    .optional(),
  kid: z.string().min(1).max(255).optional(),
  x5t: z.string().optional(),
  'x5t#S256': z.string().optional(),
});

const text = z.string().max(255).refine(isPlainText);
const date = z.number().int().positive().max(maxDate);

/** ID tokens have a nonce, logout tokens and security events have events (RFC 8725 §3.11, §3.12). */
const claimsSchema = z.looseObject({
  iss: text,
  sub: text,
  aud: z.union([text, z.tuple([text])]),
  iat: date,
  exp: date,
  nbf: date.optional(),
  jti: text.optional(),
  nonce: z.undefined().optional(),
  events: z.undefined().optional(),
});

export type ExternalClaims = Pick<z.output<typeof claimsSchema>, 'iss' | 'sub' | 'iat' | 'exp' | 'jti'>;

/**
 * The claims of a valid service token from another issuer.
 * Errors: gateway_external_token_invalid, gateway_external_token_expired, gateway_external_keys_unavailable.
 */
export type VerifyExternalToken = (token: string) => Promise<ExternalClaims>;

/**
 * Verifies the service tokens of an identity service that an app trusts: canonical encoding, RS256 only, a header that
 * supplies no key, exact `iss` and `aud`, a plain subject, a limited lifetime.
 */
export const createVerifyExternalToken =
  ({ rules, findKey, clock }: Deps): VerifyExternalToken =>
  async (token) => {
    if (!isCanonicalJws(token, maxTokenLength)) throw invalidToken('size or encoding');
    const parts = token.split('.').slice(0, 2);
    if (parts.some((part) => hasDuplicateMembers(Buffer.from(part, 'base64url').toString())))
      throw invalidToken('duplicate member');
    const { payload } = await jwtVerify(token, checkHeaderFirst(findKey), {
      algorithms: ['RS256'],
      issuer: rules.issuer,
      audience: rules.audience,
      clockTolerance,
      currentDate: new Date(clock.now()),
    }).catch((error: unknown) => {
      throw fromJose(error);
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw invalidToken(`claims ${pathsOf(claims.error)}`);
    checkLifetime(claims.data, rules, seconds(clock.now()));
    return claims.data;
  };

/** No key is looked up for a header that is invalid anyway. */
const checkHeaderFirst =
  (findKey: JWTVerifyGetKey): JWTVerifyGetKey =>
  (header, token) => {
    const checked = headerSchema.safeParse(header);
    if (!checked.success) throw invalidToken(`header ${pathsOf(checked.error)}`);
    return findKey(header, token);
  };

const pathsOf = ({ issues }: z.ZodError): string => issues.map(({ path }) => path.join('.')).join(', ');

const checkLifetime = (
  { iat, exp }: ExternalClaims,
  { longestLifetime }: ExternalRules,
  now: number,
): void => {
  if (iat > now + clockTolerance) throw invalidToken('iat is in the future');
  if (exp <= iat || exp - iat > seconds(longestLifetime)) throw invalidToken('the lifetime is too long');
  // Adobe allows no clock tolerance for exp.
  if (exp <= now) throw expiredToken();
};
