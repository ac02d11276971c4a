import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';

const stranger = 'https://stranger.example';

/** How an ID token differs from the one that would have been right. */
export interface Bent {
  readonly claims?: JsonObject;
  readonly flaw?: 'badSignature' | 'none' | 'hs256' | 'unpublishedKey';
}

const catalogue = {
  'id-token/wrong-issuer': { claims: { iss: stranger } },
  'id-token/wrong-audience': { claims: { aud: 'somebody-else' } },
  'id-token/wrong-nonce': { claims: { nonce: 'of-another-sign-in' } },
  'id-token/expired': { claims: { iat: 1_000_000_000, exp: 1_000_003_600 } },
  'id-token/bad-signature': { flaw: 'badSignature' },
  'id-token/unsigned': { flaw: 'none' },
  'id-token/hmac': { flaw: 'hs256' },
  'id-token/unpublished-key': { flaw: 'unpublishedKey' },
} as const satisfies Record<string, Bent>;

type Name = keyof typeof catalogue;

const names = Object.keys(catalogue) as Name[];

export const idTokenFlaws = {
  names,
  find: (flaw: string): Bent | undefined => {
    const name = names.find((known) => known === flaw);
    return name && catalogue[name];
  },
};

const tokenAnswer = z.looseObject({ id_token: z.string() });
const keySet = z.looseObject({ keys: z.array(z.json()) });

const parse = <T>(schema: z.ZodType<T>, body: string): T | null => {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return null;
  }
};

/** The key set before the last rotation, as a cache on the way might still hold it. */
export const withoutNewestKey = (body: string): string => {
  const found = parse(keySet, body);
  return found ? JSON.stringify({ ...found, keys: found.keys.slice(1) }) : body;
};

/** The same token answer, its ID token minted anew from the claims that it had. */
export const withIdToken = async (
  body: string,
  mint: (claims: JsonObject) => Promise<string> | undefined,
): Promise<string> => {
  const found = parse(tokenAnswer, body);
  if (!found) return body;
  const claims = JSON.parse(JSON.stringify(decodeJwt(found.id_token))) as JsonObject;
  return JSON.stringify({ ...found, id_token: (await mint(claims)) ?? found.id_token });
};
