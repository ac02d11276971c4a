import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import type { KeyRing, Signing } from './ports.ts';
import { isReusable } from './reuse.ts';
import { signCompact } from './signer.ts';

export interface ServiceTokenRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds, from a minute to a day. */
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
  readonly keyRing: Pick<KeyRing, 'signing' | 'publicKey'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'uuid'>;
  /** How many subjects' tokens are kept at most. */
  readonly capacity?: number;
}

/** `token` is there at once, so that whoever asks while it is being signed gets the same one. */
interface Issued extends ServiceTokenRequest {
  readonly token: Promise<string>;
  readonly kid: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What a token may measure, characters: it goes in a header, beside others, on every call of a viewer. */
export const longestToken = 4_096;

const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u);
const requestSchema = z.object({
  subject: text,
  issuer: text,
  audience: text,
  lifetime: z.number().int().min(60_000).max(86_400_000),
});

export const createIssueServiceToken = ({
  keyRing,
  clock,
  ids,
  capacity = 10_000,
}: Deps): IssueServiceToken => {
  const issued = createLru<readonly Issued[]>(capacity);
  let signedBy: string | undefined;

  /** What another key has signed goes with it. */
  const currentKey = (): Signing => {
    const signing = keyRing.signing();
    if (signing?.kid !== signedBy) issued.clear();
    signedBy = signing?.kid;
    if (!signing) throw unavailable('no key signs');
    return signing;
  };

  const make = (request: ServiceTokenRequest, signing: Signing): Issued => {
    const iat = seconds(clock.now());
    const exp = iat + seconds(request.lifetime);
    const { issuer: iss, subject: sub, audience: aud } = request;
    const token = compact(signing, { iss, sub, aud, iat, exp, jti: ids.uuid() });
    return { ...request, token, kid: signing.kid, issuedAt: iat * 1000, expiresAt: exp * 1000 };
  };

  const drop = (failed: Issued): void => {
    const others = (issued.get(failed.subject) ?? []).filter((one) => one !== failed);
    if (others.length > 0) issued.set(failed.subject, others);
    else issued.delete(failed.subject);
  };

  const issue = async (request: ServiceTokenRequest): Promise<string> => {
    const signing = currentKey();
    const now = clock.now();
    const tokens = issued.get(request.subject) ?? [];
    const known = tokens.find((one) => isFor(one, request) && isReusable(one, now));
    if (known) return believed(known);

    if (!requestSchema.safeParse(request).success) {
      throw unavailable('subject, issuer, audience or lifetime is unfit');
    }
    const fresh = make(request, signing);
    const others = tokens.filter((one) => !isFor(one, request) && one.expiresAt > now);
    issued.set(request.subject, [...others, fresh]);
    fresh.token.catch(() => drop(fresh));
    return believed(fresh);
  };

  /** A key may be destroyed while it signs: its last token stays here. */
  const believed = async ({ token, kid }: Issued): Promise<string> => {
    const signed = await token;
    if (!keyRing.publicKey(kid)) throw unavailable('the key is gone that signed');
    return signed;
  };

  return Object.assign(issue, { forget: (subject: string): void => void issued.delete(subject) });
};

/** Nothing else makes two requests of one subject differ. */
const isFor = (one: Issued, { issuer, audience, lifetime }: ServiceTokenRequest): boolean =>
  one.issuer === issuer && one.audience === audience && one.lifetime === lifetime;

/** RFC 7515 §7.1. The claims are these and no others: no setting adds to them. */
const compact = async (signing: Signing, claims: JWTPayload): Promise<string> => {
  const token = await signCompact(signing, { alg: 'RS256', kid: signing.kid, typ: 'JWT' }, claims);
  if (token.length > longestToken) throw unavailable(`the token has ${token.length} characters`);
  return token;
};

const unavailable = (detail: string) => fail('gateway_service_token_unavailable', { detail });
