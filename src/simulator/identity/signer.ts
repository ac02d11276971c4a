import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import type { Json, JsonObject } from '#src/lib/json';

const privateJwk = z.object({
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  use: z.literal('sig'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const stateSchema = z.object({ signingKey: privateJwk });

export type PrivateJwk = z.output<typeof privateJwk>;

/** A party's signing key: made anew unless restored, so that clients' cached key sets outlive a restart. */
export interface Signer {
  readonly privateJwk: PrivateJwk;
  publicKeys(): { keys: JsonObject[] };
  sign(claims: JWTPayload): Promise<string>;
  snapshot(): Json;
  restore(state: Json): void;
}

const generate = async (): Promise<PrivateJwk> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return privateJwk.parse({ ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) });
};

export const createSigner = async (): Promise<Signer> => {
  let key = await generate();
  return {
    get privateJwk() {
      return key;
    },
    publicKeys: () => {
      const { kty, alg, use, kid, n, e } = key;
      return { keys: [{ kty, alg, use, kid, n, e }] };
    },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' }).sign(key),
    snapshot: () => ({ signingKey: key }),
    restore: (state) => {
      key = stateSchema.parse(state).signingKey;
    },
  };
};
