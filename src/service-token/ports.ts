/**
 * Service tokens: the signed statement to Adobe Pass of who the viewer is. This folder owns their claims, issuing, reuse
 * and verification. It must not know where keys come from, and refuses to decide who the viewer is or where a token is
 * sent. Here is what it needs from the keys.
 */
import type { KeyObject } from 'node:crypto';

/** The key that signs new tokens. */
export interface TokenSigner {
  readonly kid: string;
  /** RS256 (RSASSA-PKCS1-v1_5, SHA-256). Errors: gateway_service_token_unavailable. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Ask again for each token: keys change while the gateway runs. */
export interface SigningKeys {
  /** Undefined while no key is active. */
  signing(): TokenSigner | undefined;
}

export interface VerifyingKeys {
  /** The public key with that id, if its signatures are accepted. */
  publicKey(kid: string): KeyObject | undefined;
}

/** What is known about a key, whatever its state. */
export interface KnownKey {
  readonly state: string;
  /** Whether its signatures are accepted. */
  readonly accepted: boolean;
}
