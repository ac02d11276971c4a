import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import { claimText, maxLifetime, maxTokenLength, type ServiceTokenClaims } from './claims.ts';
import type { SigningKeys, TokenSigner, VerifyingKeys } from './ports.ts';
import { isReusable } from './reuse.ts';
import { signCompact } from './sign-compact.ts';

export interface ServiceTokenRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds, from a minute to a day. */
  readonly lifetime: number;
}

export interface IssueServiceToken {
  /**
   * A compact JWS (RS256) with exactly iss, sub, aud, iat, exp, jti. Reused until shortly before it expires; concurrent
   * calls share one signature. Errors: gateway_service_token_unavailable.
   */
  (request: ServiceTokenRequest): Promise<string>;
  /** The subject's next token is a new one. */
  forget(subject: string): void;
  /** The token with this jti is not given out again. */
  forgetToken(tokenId: string): void;
  /** The next token of every subject is a new one. */
  forgetAll(): void;
}

interface Deps {
  readonly keys: SigningKeys & VerifyingKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Subjects whose tokens are kept. */
  readonly maxKept: number;
}

/** `token` is a promise, so that concurrent calls share the one that is being signed. */
interface Issued extends ServiceTokenRequest {
  readonly token: Promise<string>;
  readonly tokenId: string;
  readonly kid: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const requestSchema = z.object({
  subject: claimText,
  issuer: claimText,
  audience: claimText,
  lifetime: z
    .number()
    .int()
    .min(60_000)
    .max(maxLifetime * 1_000),
});

export const createIssueServiceToken = ({ keys, clock, ids, maxKept }: Deps): IssueServiceToken => {
  const issued = createLru<readonly Issued[]>(maxKept);
  let signedBy: string | undefined;

  /** Also drops all tokens that another key has signed. */
  const currentSigner = (): TokenSigner => {
    const signer = keys.signing();
    if (signer?.kid !== signedBy) issued.clear();
    signedBy = signer?.kid;
    if (!signer) throw unavailable('there is no active key');
    return signer;
  };

  const sign = (request: ServiceTokenRequest, signer: TokenSigner): Issued => {
    const iat = seconds(clock.now());
    const exp = iat + seconds(request.lifetime);
    const { issuer: iss, subject: sub, audience: aud } = request;
    const tokenId = ids.uuid();
    const token = compact(signer, { iss, sub, aud, iat, exp, jti: tokenId });
    return { ...request, token, tokenId, kid: signer.kid, issuedAt: iat * 1000, expiresAt: exp * 1000 };
  };

  const drop = (failed: Issued): void => {
    const others = issued.get(failed.subject)?.filter((one) => one !== failed);
    if (others) issued.set(failed.subject, others);
  };

  const issue = async (request: ServiceTokenRequest): Promise<string> => {
    const signer = currentSigner();
    const now = clock.now();
    const tokens = issued.get(request.subject) ?? [];
    const known = tokens.find((one) => isFor(one, request) && isReusable(one, now));
    if (known) return ifAccepted(known);

    if (!requestSchema.safeParse(request).success)
      throw unavailable('subject, issuer, audience or lifetime is invalid');
    const fresh = sign(request, signer);
    const others = tokens.filter((one) => !isFor(one, request) && one.expiresAt > now);
    issued.set(request.subject, [...others, fresh]);
    fresh.token.catch(() => drop(fresh));
    return ifAccepted(fresh);
  };

  /** A key may be destroyed while it signs: its last token must not leave. */
  const ifAccepted = async ({ token, kid }: Issued): Promise<string> => {
    const signed = await token;
    if (!keys.publicKey(kid)) throw unavailable('its key is no longer accepted');
    return signed;
  };

  return Object.assign(issue, {
    forget: (subject: string): void => void issued.delete(subject),
    forgetToken: (tokenId: string): void => {
      const found = [...issued.values()].flat().find((one) => one.tokenId === tokenId);
      if (found) drop(found);
    },
    forgetAll: issued.clear,
  });
};

/** Requests for the same subject differ in nothing else. */
const isFor = (one: Issued, { issuer, audience, lifetime }: ServiceTokenRequest): boolean =>
  one.issuer === issuer && one.audience === audience && one.lifetime === lifetime;

/** RFC 7515 §7.1. Always exactly these claims: no setting adds to them. */
const compact = async (signer: TokenSigner, claims: ServiceTokenClaims): Promise<string> => {
  const token = await signCompact(signer, { alg: 'RS256', kid: signer.kid, typ: 'JWT' }, claims);
  if (token.length > maxTokenLength) throw unavailable(`the token has ${token.length} characters`);
  return token;
};

const unavailable = (detail: string) => fail('gateway_service_token_unavailable', { detail });
