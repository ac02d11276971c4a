import { compactVerify, decodeProtectedHeader } from 'jose';
import { misconfigured } from './errors.ts';
import type { ProviderKeys } from './provider-keys.ts';
import type { SigningAlgorithm } from './verify-id-token.ts';

const asymmetric = /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/;

interface Settings {
  readonly algorithm: SigningAlgorithm;
  readonly keys: Pick<ProviderKeys, 'find' | 'documentFor'>;
}

/**
 * Whether settings and key set fit an ID Token of the token endpoint: a genuine one by another algorithm, and a key set
 * without any key for the algorithm, are faults of settings. Whether the token is forged is left to the verifier.
 * Errors: identity_provider_misconfigured, identity_provider_unavailable.
 */
export const checkFit = async (idToken: string, { algorithm, keys }: Settings): Promise<void> => {
  const own = algorithmOf(idToken);
  if (own === algorithm) return void (await keys.documentFor(idToken));
  if (own === undefined || !asymmetric.test(own)) return;
  const isGenuine = await compactVerify(idToken, keys.find, { algorithms: [own] }).then(
    () => true,
    () => false,
  );
  if (isGenuine) throw misconfigured('signing_algorithm', `id_token: signed with ${own}`);
};

const algorithmOf = (idToken: string): string | undefined => {
  try {
    return decodeProtectedHeader(idToken).alg;
  } catch {
    return undefined;
  }
};
