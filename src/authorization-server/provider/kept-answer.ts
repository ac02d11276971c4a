import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';

/** An answer of the token endpoint, as it is kept for a client that may lose it. */
export const keptAnswerSchema = z.object({
  /** The request that it answers: a code's verifier and redirect URI count as much as the code. */
  request: z.string(),
  answeredAt: z.number(),
  body: z.record(z.string(), z.json()),
});

type KeptAnswer = z.infer<typeof keptAnswerSchema>;

/** How a client authenticates says nothing about what it asks for. */
const credentials = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);

export const requestDigest = (params: KoaContextWithOIDC['oidc']['params']): string => {
  const asked = Object.entries(params ?? {}).filter(
    ([name, value]) => value !== undefined && !credentials.has(name),
  );
  return fingerprint(JSON.stringify(asked.sort()));
};

export const keptAnswerOf = ({ oidc, body }: KoaContextWithOIDC, answeredAt: number): JsonObject => ({
  request: requestDigest(oidc.params),
  answeredAt,
  body: body as JsonObject,
});

/** The same tokens, with the time that they still have; without an ID token that no client would take any more. */
export const repeatedBody = ({ answeredAt, body }: KeptAnswer, now: number): JsonObject => {
  const elapsed = Math.floor((now - answeredAt) / 1000);
  const repeated: JsonObject = { ...body };
  const { id_token, expires_in } = body;
  if (typeof id_token === 'string' && lifetimeOf(id_token) <= elapsed) delete repeated['id_token'];
  if (typeof expires_in === 'number') repeated['expires_in'] = Math.max(0, expires_in - elapsed);
  return repeated;
};

const lifetimeOf = (idToken: string): number => {
  const { exp = 0, iat = 0 } = decodeJwt(idToken);
  return exp - iat;
};
