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
  /** One of the party's `idTokenKinds`; the first of them unless told otherwise. */
  readonly kind?: string | undefined;
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  /** Seconds; negative for a token that is expired already. */
  readonly expiresIn?: number | undefined;
  /** Laid over the token's own claims; null leaves one out. */
  readonly claims?: JsonObject | undefined;
  readonly flaw?: SignatureFault | undefined;
}

/** Something that a provider is to announce to whoever registered for it. */
export interface EventOrder {
  /** One of the party's `eventKinds`. */
  readonly kind: string;
  /** Fixture id. */
  readonly user?: string | undefined;
  /** The client it is announced to; the gateway's unless told otherwise. */
  readonly audience?: string | undefined;
  /** What belongs to the kind, such as `reason`. */
  readonly details?: JsonObject | undefined;
  /** Laid over the token's own claims; null leaves one out. */
  readonly claims?: JsonObject | undefined;
  readonly flaw?: SignatureFault | undefined;
  /** Instead of the receiver in the fixtures: an absolute URL, or a path at the gateway's public origin. */
  readonly to?: string | undefined;
}

export interface Delivery {
  readonly status: number;
  readonly contentType: string | null;
  /** At most 64 KiB. */
  readonly body: string;
}

export interface SentEvent {
  /** ISO 8601, by the world's clock. */
  readonly at: string;
  readonly kind: string;
  readonly user: string | null;
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
  /** What was signed. */
  readonly claims: JsonObject;
  /** Null when none came. */
  readonly answer: Delivery | null;
  /** Whether the provider would count it as delivered. */
  readonly accepted: boolean;
  readonly complaint?: string;
}

/** A browser that is signed in. */
export interface SignedIn {
  /** Fixture id. */
  readonly user: string;
  /** ISO 8601, by the world's clock. */
  readonly since: string;
  readonly until: string;
  /** The session's name in tokens, by client id. */
  readonly sids?: Readonly<Record<string, string>>;
}

export interface IdentityParty<S extends object = object> extends Party {
  /**
   * A signed ID token as the provider or its SDK hands it to an app: for the gateway's client id and an hour unless
   * told otherwise. A claim given as null is left out. Errors: gateway_parameter_invalid.
   */
  mintIdToken(request: MintRequest): Promise<string>;
  /** What `MintRequest.kind` may be; the first is the default. */
  readonly idTokenKinds: readonly string[];
  /**
   * An access token as an SDK hands it to an app, good at this provider's own endpoints: `audience` is the client's
   * id; `nonce` and `claims` mean nothing here. Errors: gateway_parameter_invalid.
   */
  mintAccessToken?(request: MintRequest): Promise<string>;
  /** Peculiarities that may be turned while it runs; `reset` puts them back. */
  readonly switches: S;
  /** Switches that are not named stay as they are. Error: ZodError. */
  turnSwitches(changes: unknown): void;
  readonly eventKinds: readonly string[];
  /** Posts the announcement and lets it come true here. Errors: gateway_parameter_invalid. */
  sendEvent(order: EventOrder): Promise<SentEvent>;
  /** The last hundred, oldest first; also those that a user's own doing set off. */
  sentEvents(): readonly SentEvent[];
  sessions(): Promise<readonly SignedIn[]>;
  /** Signs browsers out without telling anybody: those of one user (fixture id), or all. How many those were. */
  endSessions(user?: string): Promise<number>;
  /** Signs with a new key from now on; the old one stays published. */
  rotateKeys(): Promise<void>;
}

/** A provider whose access tokens mean something to others than itself. */
export interface AccessTokenParty<S extends object = object> extends IdentityParty<S> {
  mintAccessToken(request: MintRequest): Promise<string>;
}
