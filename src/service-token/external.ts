import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { fail, KinpassError } from '#src/lib/errors';
import { hasDuplicateMembers } from './duplicate-members.ts';

/** What the tokens of one trusted identity service must say. */
export interface ExternalRules {
  /** Byte for byte. */
  readonly issuer: string;
  /** Byte for byte. */
  readonly audience: string;
  /** Milliseconds between iat and exp at most. */
  readonly longestLifetime: number;
}

interface Deps {
  readonly rules: ExternalRules;
  /** Answers the key whose signature is to be checked, fit to be believed. Errors: gateway_external_…. */
  readonly findKey: JWTVerifyGetKey;
  readonly clock: Pick<Clock, 'now'>;
}

/** Seconds. */
const clockTolerance = 30;
/** What a header line to Adobe may hold. */
const longestToken = 8_192;
const latestDate = 253_402_300_799; // the end of the year 9999: neither milliseconds nor infinity

/** Nothing that names, brings or stretches a key, and no extension: x5t only says which certificate was meant. */
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

const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u);
const date = z.number().int().positive().max(latestDate);

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
 * The claims of a service token that somebody else issued, after every check.
 * Errors: gateway_external_token_invalid, gateway_external_token_expired, gateway_external_keys_unavailable.
 */
export type VerifyExternalToken = (token: string) => Promise<ExternalClaims>;

/**
 * Checks the service tokens of an identity service that an app trusts: canonical spelling, RS256 and nothing else, a
 * header that names no key of its own, `iss` and `aud` byte for byte, a sane subject, a bounded life.
 */
export const createVerifyExternalToken =
  ({ rules, findKey, clock }: Deps): VerifyExternalToken =>
  async (token) => {
    if (!isCanonicalJws(token, longestToken)) throw refused('size or spelling');
    const [header = '', body = ''] = token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    if (hasDuplicateMembers(header) || hasDuplicateMembers(body))
      throw refused('a member stands there twice');
    const { payload } = await jwtVerify(token, checkedBefore(findKey), {
      algorithms: ['RS256'],
      issuer: rules.issuer,
      audience: rules.audience,
      clockTolerance,
      currentDate: new Date(clock.now()),
    }).catch((error: unknown) => {
      throw translate(error);
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw refused(`claim ${claims.error.issues[0]?.path.join('.') ?? ''}`);
    checkLife(claims.data, rules, seconds(clock.now()));
    return claims.data;
  };

/** The header is judged before any key is looked for: what it names is never asked for. */
const checkedBefore =
  (findKey: JWTVerifyGetKey): JWTVerifyGetKey =>
  (header, token) => {
    const checked = headerSchema.safeParse(header);
    if (!checked.success) throw refused(`header ${checked.error.issues[0]?.path.join('.') ?? ''}`);
    return findKey(header, token);
  };

const checkLife = ({ iat, exp }: ExternalClaims, { longestLifetime }: ExternalRules, now: number): void => {
  if (iat > now + clockTolerance) throw refused('iat is in the future');
  if (exp <= iat || exp - iat > seconds(longestLifetime)) throw refused('it lives too long');
  // Adobe grants no tolerance here, so neither do we.
  if (exp <= now) throw expired();
};

/** Only jose's code and the claim it names go on; its errors hold the payload. */
const translate = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  if (error instanceof errors.JWTExpired) return expired();
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`claim ${error.claim}`);
  return refused(error instanceof errors.JOSEError ? error.code : 'key or signature');
};

const field = 'AD-Service-Token';

const refused = (detail: string): KinpassError =>
  fail('gateway_external_token_invalid', { field, detail: `external service token: ${detail}` });

const expired = (): KinpassError =>
  fail('gateway_external_token_expired', { field, hint: 'get a new one from the identity service' });
