import type { JWTVerifyGetKey } from 'jose';
import type { Config } from '#src/config/schema';
import { checkedExternalKeys, readExternalKeys } from '#src/external-token/external-keys';
import {
  createVerifyExternalToken,
  type VerifyExternalToken,
} from '#src/external-token/verify-external-token';
import { createProviderFetch } from '#src/identity/http';
import { createProviderKeys } from '#src/identity/provider-keys';
import type { Runtime } from './runtime.ts';

/** By app id: how the service tokens that the app supplies are verified. Errors: keys_invalid. */
export const createExternalTokens = async (
  { apps, insecureHttp }: Config,
  { keyRing, publishedKeys, clock }: Runtime,
): Promise<ReadonlyMap<string, VerifyExternalToken>> => {
  const isOurs = (modulus: string) => keyRing.publicJwks().keys.some(({ n }) => n === modulus);
  const keysAt = (url: string): JWTVerifyGetKey => {
    const known = publishedKeys.get(url);
    if (known) return known;
    const { find } = createProviderKeys(url, { fetch: createProviderFetch({ insecureHttp }), clock });
    const made = checkedExternalKeys(find, isOurs);
    publishedKeys.set(url, made);
    return made;
  };
  const tokens = new Map<string, VerifyExternalToken>();
  for (const { id, externalServiceToken: rules } of apps) {
    if (!rules) continue;
    const findKey =
      'jwks' in rules.keys ? keysAt(rules.keys.jwks) : await readExternalKeys(rules.keys.pem, isOurs);
    tokens.set(id, createVerifyExternalToken({ rules, findKey, clock }));
  }
  return tokens;
};
