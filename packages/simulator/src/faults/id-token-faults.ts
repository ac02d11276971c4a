import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { SignatureFault } from '#src/identity/signer';
import type { JsonObject } from '#src/lib/json';

const unknownIssuer = 'https://stranger.example';

/** How an ID token differs from the correct one. */
export interface IdTokenFault {
  readonly claims?: JsonObject;
  readonly flaw?: SignatureFault;
}

const catalogue = {
  'id-token/wrong-issuer': { claims: { iss: unknownIssuer } },
  'id-token/wrong-audience': { claims: { aud: 'somebody-else' } },
  'id-token/wrong-nonce': { claims: { nonce: 'of-another-sign-in' } },
  'id-token/expired': { claims: { iat: 1_000_000_000, exp: 1_000_003_600 } },
  'id-token/bad-signature': { flaw: 'badSignature' },
  'id-token/unsigned': { flaw: 'none' },
  'id-token/hmac': { flaw: 'hs256' },
  'id-token/unpublished-key': { flaw: 'unpublishedKey' },
} as const satisfies Record<string, IdTokenFault>;

type Name = keyof typeof catalogue;

export const idTokenFaultNames = Object.keys(catalogue) as Name[];

export const findIdTokenFault = (faultName: string): IdTokenFault | undefined => {
  const name = idTokenFaultNames.find((known) => known === faultName);
  return name && catalogue[name];
};

const tokenResponse = z.looseObject({ id_token: z.string() });
const keySet = z.looseObject({ keys: z.array(z.json()) });

const parse = <T>(schema: z.ZodType<T>, body: string): T | null => {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return null;
  }
};

/** The key set before the last rotation, as a cache in between might still serve it. */
export const withoutNewestKey = (body: string): string => {
  const found = parse(keySet, body);
  return found ? JSON.stringify({ ...found, keys: found.keys.slice(1) }) : body;
};

/** The same token response with its ID token issued again, from the original's claims. */
export const withIdToken = async (
  body: string,
  mint: (claims: JsonObject) => Promise<string> | undefined,
): Promise<string> => {
  const found = parse(tokenResponse, body);
  if (!found) return body;
  const claims = JSON.parse(JSON.stringify(decodeJwt(found.id_token))) as JsonObject;
  return JSON.stringify({ ...found, id_token: (await mint(claims)) ?? found.id_token });
};
