/**
 * Simulated identity providers: DTC, Google, Facebook and Apple, each on its own origin with its own keys, cookies and
 * peculiarities. This folder owns their responses, errors and events, written from the providers' documentation. It must
 * not know the gateway or be derived from its client code.
 */
import type { JsonObject } from '#src/lib/json';
import type { Party } from '#src/party';
import type { SignatureFault } from './signer.ts';

export interface MintRequest {
  /** Fixture id. */
  readonly user: string;
  /** One of the party's `idTokenKinds`; by default the first. */
  readonly kind?: string | undefined;
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  /** Seconds; negative for an expired token. */
  readonly expiresIn?: number | undefined;
  /** Override the token's own claims; null removes a claim. */
  readonly claims?: JsonObject | undefined;
  readonly flaw?: SignatureFault | undefined;
}

/** An event that a provider sends to its registered receiver. */
export interface EventRequest {
  /** One of the party's `eventKinds`. */
  readonly kind: string;
  /** Fixture id. */
  readonly user?: string | undefined;
  /** The client that receives it; by default the gateway's. */
  readonly audience?: string | undefined;
  /** Members specific to the kind, such as `reason`. */
  readonly details?: JsonObject | undefined;
  /** Override the token's own claims; null removes a claim. */
  readonly claims?: JsonObject | undefined;
  readonly flaw?: SignatureFault | undefined;
  /** Overrides the receiver in the fixtures: an absolute URL, or a path at the gateway's public origin. */
  readonly to?: string | undefined;
}

export interface Delivery {
  readonly status: number;
  readonly contentType: string | null;
  /** At most 64 KiB. */
  readonly body: string;
}

export interface SentEvent {
  /** ISO 8601, simulated time. */
  readonly at: string;
  readonly kind: string;
  readonly user: string | null;
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
  /** The signed claims. */
  readonly claims: JsonObject;
  /** Null if there was no response. */
  readonly answer: Delivery | null;
  /** Whether the provider would consider it delivered. */
  readonly accepted: boolean;
  readonly complaint?: string;
}

/** A browser that is signed in. */
export interface SignedIn {
  /** Fixture id. */
  readonly user: string;
  /** ISO 8601, simulated time. */
  readonly since: string;
  readonly until: string;
  /** The `sid` in tokens, by client id. */
  readonly sids?: Readonly<Record<string, string>>;
}

export interface IdentityParty<S extends object = object> extends Party {
  /**
   * A signed ID token as the provider or its SDK returns it to an app; by default for the gateway's client id and one
   * hour. Errors: gateway_parameter_invalid.
   */
  mintIdToken(request: MintRequest): Promise<string>;
  /** The values of `MintRequest.kind`; the first is the default. */
  readonly idTokenKinds: readonly string[];
  /**
   * An access token as an SDK returns it to an app, valid at this provider's endpoints. `audience` is the client id;
   * `nonce` and `claims` are ignored. Errors: gateway_parameter_invalid.
   */
  mintAccessToken?(request: MintRequest): Promise<string>;
  /** Behavior switches, which can be changed at run time; `reset` restores the defaults. */
  readonly switches: S;
  /** Unnamed switches keep their value. Error: ZodError. */
  changeSwitches(changes: unknown): void;
  readonly eventKinds: readonly string[];
  /** Applies the event to the provider's own state and posts it. Errors: gateway_parameter_invalid. */
  sendEvent(request: EventRequest): Promise<SentEvent>;
  /** The last hundred, oldest first, including those that users caused. */
  sentEvents(): readonly SentEvent[];
  sessions(): Promise<readonly SignedIn[]>;
  /** Ends the sessions of one user (fixture id), or all, without notifying anyone; returns how many. */
  endSessions(user?: string): Promise<number>;
  /** Makes the sessions of one user (fixture id), or all, older by that much; returns how many. */
  ageSessions(seconds: number, user?: string): Promise<number>;
  /** Signs with a new key from now on; the old one stays published. */
  rotateKeys(): Promise<void>;
}

/** A provider whose access tokens apps can hand to others. */
export interface AccessTokenParty<S extends object = object> extends IdentityParty<S> {
  mintAccessToken(request: MintRequest): Promise<string>;
}
