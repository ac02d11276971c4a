import { SignJWT } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import { compositeKey } from '#src/lib/single-flight';
import type { KeySet } from './key-set.ts';
import { isReusable } from './reuse.ts';

export interface ServiceTokenRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds. */
  readonly lifetime: number;
}

export interface IssueServiceToken {
  /**
   * A compact JWS (RS256) with exactly iss, sub, aud, iat, exp, jti. Reused until near its end: one signature,
   * however many ask at once. Errors: gateway_service_token_unavailable.
   */
  (request: ServiceTokenRequest): Promise<string>;
  /** The subject's next token is made anew. */
  forget(subject: string): void;
}

interface Deps {
  readonly keySet: KeySet;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
  /** How many subjects' tokens are kept at most. */
  readonly capacity?: number;
}

/** `token` is there at once, so that whoever asks while it is being signed gets the same one. */
interface Issued {
  readonly token: Promise<string>;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u);
const requestSchema = z.object({
  subject: text,
  issuer: text,
  audience: text,
  lifetime: z.number().int().min(1_000),
});

export const createIssueServiceToken = ({
  keySet,
  clock,
  ids,
  capacity = 10_000,
}: Deps): IssueServiceToken => {
  const issued = createLru<Map<string, Issued>>(capacity);

  const make = (request: ServiceTokenRequest): Issued => {
    const iat = seconds(clock.now());
    const exp = iat + seconds(request.lifetime);
    const { kid, key } = keySet.signing;
    const token = new SignJWT({ iss: request.issuer, sub: request.subject, aud: request.audience, iat, exp })
      .setJti(ids.uuid())
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .sign(key)
      .catch((cause: unknown) => {
        throw fail('gateway_service_token_unavailable', { detail: 'signing failed', cause });
      });
    return { token, issuedAt: iat * 1000, expiresAt: exp * 1000 };
  };

  const issue = async (request: ServiceTokenRequest): Promise<string> => {
    if (!requestSchema.safeParse(request).success) {
      throw fail('gateway_service_token_unavailable', {
        detail: 'subject, issuer, audience or lifetime is unfit',
      });
    }
    const key = compositeKey(keySet.signing.kid, request.issuer, request.audience, String(request.lifetime));
    const tokens = issued.get(request.subject) ?? new Map<string, Issued>();
    const known = tokens.get(key);
    if (known && isReusable(known, clock.now())) return known.token;

    const fresh = make(request);
    for (const [old, { expiresAt }] of tokens) if (expiresAt <= clock.now()) tokens.delete(old);
    tokens.set(key, fresh);
    issued.set(request.subject, tokens);
    fresh.token.catch(() => tokens.get(key) === fresh && tokens.delete(key));
    return fresh.token;
  };

  return Object.assign(issue, { forget: (subject: string): void => void issued.delete(subject) });
};
