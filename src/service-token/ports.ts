/**
 * Service tokens: the signed statement of who the viewer is that goes along to Adobe Pass. This folder owns the
 * signing keys, their life and their ledger, issuing, reuse and verifying. It refuses to decide who the viewer is or
 * where a token is sent. Here are its seams: who signs, and the ring of keys that everybody else asks.
 */
import type { KeyObject } from 'node:crypto';

/** A public key as `/.well-known/service-token-jwks.json` shows it (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** Signs bytes as RS256 does (RSASSA-PKCS1-v1_5, SHA-256), without holding up the event loop. */
export interface Signer {
  /** Errors: gateway_service_token_unavailable. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The key that new tokens are signed with. */
export interface Signing extends Signer {
  readonly kid: string;
}

/** What is wrong and what cures it. Names files, fields and settings, never key material. */
export interface KeyNotice {
  /** The file or setting at fault. */
  readonly file: string;
  /** Goes on from there: the field or line, what is wrong with it, the cure. */
  readonly message: string;
}

export type KeyState =
  | 'draft'
  | 'exported'
  | 'acknowledged'
  | 'active'
  | 'retiring'
  | 'retired'
  | 'destroyed';

/** Times are epoch milliseconds. */
export interface KeyView {
  readonly kid: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hex. */
  readonly fingerprint: string;
  readonly state: KeyState;
  readonly madeAt: number;
  /** When it came into its state. */
  readonly since: number;
}

export interface KeyRingStatus {
  /** Whether service tokens can be signed. */
  readonly ready: boolean;
  /** Every key of the ledger, oldest first. */
  readonly keys: readonly KeyView[];
  /** What keeps the ring from signing, or made the last reload keep what was there before. */
  readonly problems: readonly KeyNotice[];
  /** What wants attention: an old key, a stray file, a clock that is behind. */
  readonly warnings: readonly KeyNotice[];
}

/** The keys as they are at this moment. Answers follow the ledger, the files and the clock; ask anew each time. */
export interface KeyRing {
  /** Nobody signs between the loss of the active key and the activation of another. */
  signing(): Signing | undefined;
  /** The public key of that id, if its tokens are still to be believed (acknowledged, active, retiring). */
  publicKey(kid: string): KeyObject | undefined;
  /** The same keys, for publication. */
  publicJwks(): { readonly keys: readonly PublicJwk[] };
  status(): KeyRingStatus;
  /** Reads ledger and files again. What is unfit is told in `status().problems` and the last good one kept. */
  reload(): Promise<void>;
  /** Called whenever what signs, what is published or what is wrong has changed. Answers how to stop it. */
  onChange(listener: () => void): () => void;
  close(): void;
}
