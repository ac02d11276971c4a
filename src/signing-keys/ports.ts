/**
 * The keys that sign service tokens. This folder owns the key files, the ledger, the lifecycle of a key and its
 * rotation, the key management service, and what operators do with keys. It must not know what is signed, and refuses
 * to hand a private key to anybody. Here are its public types: who signs, and the ring of keys.
 */
import type { KeyObject } from 'node:crypto';

/** A public key as in `/.well-known/service-token-jwks.json` (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** Signs bytes with RS256 (RSASSA-PKCS1-v1_5, SHA-256) without blocking the event loop. */
export interface Signer {
  /** Errors: gateway_service_token_unavailable. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The active key. */
export interface ActiveKey extends Signer {
  readonly kid: string;
}

/** A problem or warning with its cure. Names files, fields and settings, never key material. */
export interface KeyNotice {
  /** The file or setting at fault. */
  readonly file: string;
  /** Continues the sentence: the field or line, what is wrong with it, the cure. */
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
  readonly createdAt: number;
  /** When it entered its state. */
  readonly since: number;
  /** The operator's next step for it; empty if there is none. */
  readonly next: string;
  /** When that is due. */
  readonly by?: number;
}

export interface KeyRingStatus {
  /** Whether service tokens can be signed. */
  readonly ready: boolean;
  /** Every key of the ledger, oldest first. */
  readonly keys: readonly KeyView[];
  /** What prevents signing, or made the last reload keep earlier state. */
  readonly problems: readonly KeyNotice[];
  /** What needs attention: an old key, an unknown file, a clock that is behind. */
  readonly warnings: readonly KeyNotice[];
}

/** The keys as of now. Results follow the ledger, the files and the clock: do not keep them. */
export interface KeyRing {
  /** Undefined between the loss of the active key and the activation of another. */
  signing(): ActiveKey | undefined;
  /** The public key with that id, if its signatures are still accepted (acknowledged, active, retiring). */
  publicKey(kid: string): KeyObject | undefined;
  /** The same keys, for publication. */
  publicJwks(): { readonly keys: readonly PublicJwk[] };
  /** A key in any state, whether its signatures are accepted, and whether Adobe has acknowledged it. */
  find(
    kid: string,
  ): { readonly state: KeyState; readonly accepted: boolean; readonly acknowledged: boolean } | undefined;
  status(): KeyRingStatus;
  /** Reads ledger and files again. Errors are reported in `status().problems` and the last good state is kept. */
  reload(): Promise<void>;
  /** Called whenever the active key, the published keys or the notices have changed. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
  close(): void;
}
