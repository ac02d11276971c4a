import type { ServerResponse } from 'node:http';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';
import { rewriteAnswer } from './rewrite-answer.ts';

const stranger = 'https://stranger.example';

interface Bent {
  readonly claims?: JsonObject;
  readonly flaw?: 'badSignature' | 'none' | 'hs256' | 'unpublishedKey';
}

/** What is wrong with the ID token of an answer, everything else being as it was. */
const idTokenFlaws = {
  wrongIssuer: { claims: { iss: stranger } },
  wrongAudience: { claims: { aud: 'somebody-else' } },
  wrongNonce: { claims: { nonce: 'of-another-sign-in' } },
  expiredIdToken: { claims: { iat: 1_000_000_000, exp: 1_000_003_600 } },
  badSignature: { flaw: 'badSignature' },
  unsignedIdToken: { flaw: 'none' },
  hmacIdToken: { flaw: 'hs256' },
  unpublishedKey: { flaw: 'unpublishedKey' },
} as const satisfies Record<string, Bent>;

export const flawNames = [
  ...(Object.keys(idTokenFlaws) as (keyof typeof idTokenFlaws)[]),
  'staleKeys',
] as const;

export type Flaw = (typeof flawNames)[number];

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
const withoutNewestKey = (body: string): string => {
  const found = parse(keySet, body);
  return found ? JSON.stringify({ ...found, keys: found.keys.slice(1) }) : body;
};

const withIdToken = async (
  body: string,
  mint: (claims: JsonObject) => Promise<string> | undefined,
): Promise<string> => {
  const found = parse(tokenAnswer, body);
  if (!found) return body;
  const claims = JSON.parse(JSON.stringify(decodeJwt(found.id_token))) as JsonObject;
  return JSON.stringify({ ...found, id_token: (await mint(claims)) ?? found.id_token });
};

interface Deps {
  /** A token by the party's own key; what `claims` say is laid over all else. Undefined where it makes none. */
  readonly idTokenOf: (party: string, order: Bent & { user: string }) => Promise<string> | undefined;
  /** Whoever it is: all that the token says is laid over. */
  readonly anyUser: string;
}

/** Flaws of a party's own trade, put into the answer to one call. */
export const createFlaws = ({ idTokenOf, anyUser: user }: Deps) => {
  const bent = (party: string, { claims, flaw }: Bent, straight: JsonObject) =>
    idTokenOf(party, { user, claims: { ...straight, ...claims }, ...(flaw && { flaw }) });
  return {
    put: (flaw: Flaw, { party, response }: { party: string; response: ServerResponse }): void => {
      if (flaw === 'staleKeys') rewriteAnswer(response, withoutNewestKey);
      else
        rewriteAnswer(response, (body) =>
          withIdToken(body, (claims) => bent(party, idTokenFlaws[flaw], claims)),
        );
    },
  };
};

export type Flaws = ReturnType<typeof createFlaws>;
