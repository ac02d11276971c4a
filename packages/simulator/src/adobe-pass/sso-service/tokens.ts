import { createPublicKey } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Key } from '../key.ts';
import type { SwitchReader } from '../switches.ts';
import { refuseSso, SsoRefusal } from './errors.ts';

const issuer = 'ssoservicetoken';

export interface IssuedToken {
  /** Compact JWS. */
  readonly token: string;
  /** Epoch milliseconds, as `notAfter`. */
  readonly notBefore: number;
  readonly notAfter: number;
}

interface Deps {
  readonly key: Pick<Key, 'get' | 'privateKey'>;
  readonly clock: Clock;
  readonly switches: SwitchReader<'ssoServiceTokenAlgorithm' | 'ssoServiceTokenSeconds'>;
}

const timesSchema = z.object({ nbf: z.number(), exp: z.number() });

const decode = <V>(read: () => V, refusal: SsoRefusal): V => {
  try {
    return read();
  } catch {
    throw refusal;
  }
};

/** The subject, read before the signature is verified: the catalogue has errors for its absence. */
const subjectOf = (token: string): string => {
  const unreadable = refuseSso('header_invalid', { message: 'Error extracting JWT subject' });
  const { sub }: { sub?: unknown } = decode(() => decodeJwt(token), unreadable);
  if (sub === undefined || sub === null || sub === '')
    throw refuseSso('header_invalid', {
      message: 'JWT subject (sub) is missing or empty in AD-Service-Token',
    });
  if (typeof sub !== 'string') throw unreadable;
  return sub;
};

/** The SSO Service's own tokens. Unlike a programmer's they have neither aud, kid nor jti. */
export const createSsoTokens = ({ key, clock, switches }: Deps) => {
  /** The HS256 secret is derived from the RSA key, so that one stored key serves both algorithms. */
  const secret = async () => Buffer.from(fingerprint(await key.privateKey()), 'base64url');

  const verify = async (token: string): Promise<unknown> => {
    const { alg } = decode(() => decodeProtectedHeader(token), refuseSso('token_invalid'));
    if (alg !== 'HS256' && alg !== 'RS256') throw refuseSso('header_invalid');
    const verifier = alg === 'HS256' ? await secret() : createPublicKey(await key.get());
    const verified = await compactVerify(token, verifier, { algorithms: [alg] }).catch(() => null);
    if (!verified)
      throw refuseSso('header_invalid', { message: 'Invalid JWT signature in AD-Service-Token' });
    return JSON.parse(Buffer.from(verified.payload).toString('utf8'));
  };

  /** Returns the SSO id. A token is accepted until `grace` seconds after its end. Errors: token_*, header_invalid. */
  const read = async (token: string, grace = 0): Promise<string> => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) throw refuseSso('token_invalid');
    const subject = subjectOf(token);
    const { nbf, exp } = timesSchema.parse(await verify(token));
    const now = clock.now() / 1000;
    if (nbf > now) throw refuseSso('token_invalid');
    if (exp + grace <= now) throw refuseSso('token_expired');
    return subject;
  };

  return {
    read,
    issue: async (subject: string): Promise<IssuedToken> => {
      const { ssoServiceTokenAlgorithm: alg, ssoServiceTokenSeconds: life } = switches.now;
      const now = seconds(clock.now());
      const claims = { iss: issuer, sub: subject, nbf: now, iat: now, exp: now + life };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg, typ: 'JWT' })
        .sign(alg === 'HS256' ? await secret() : await key.get());
      return { token, notBefore: now * 1000, notAfter: claims.exp * 1000 };
    },
    /** Whether the token names this issuer and is valid. */
    vouches: async (token: string, claims: { readonly [name: string]: unknown }): Promise<boolean> => {
      if (claims['iss'] !== issuer) return false;
      try {
        await read(token);
        return true;
      } catch (error) {
        if (error instanceof SsoRefusal) return false;
        throw error;
      }
    },
  };
};

export type SsoTokens = ReturnType<typeof createSsoTokens>;
