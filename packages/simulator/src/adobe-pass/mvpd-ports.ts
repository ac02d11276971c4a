/**
 * The ports between Adobe Pass and the TV providers: how a viewer's browser signs in and out there, and how Adobe
 * asks what a subscriber may watch. Adobe's own rules (codes, profiles, degradation, media tokens) stay on this side;
 * the protocols (SAML, OAuth 2.0, XACML) are behind the ports.
 */
import type { Mvpd } from '#src/fixtures';
import type { Json, JsonObject } from '#src/lib/json';
import type { RefusalCode } from './errors/refusal.ts';

/** The streaming device, as its requests described it. */
export interface DeviceContext {
  /** AP-Device-Identifier, the Base64 part. */
  readonly identifier: string;
  /** `connectionIp` of X-Device-Info, else X-Forwarded-For, else the socket's. */
  readonly address: string;
  /** `connectionPort` of X-Device-Info; home-based authentication looks at it. */
  readonly port: string | null;
  /** X-Device-Info, decoded. */
  readonly info: JsonObject | null;
}

/** What an MVPD reports about the subscriber who signed in. */
export interface MvpdSubscriber {
  /** Unique and stable per account; Adobe's `userID`. */
  readonly userId: string;
  /** User metadata under Adobe's normalized keys: `householdID`, `zip`, `maxRating`, `hba_status`, … */
  readonly attributes: JsonObject;
  /** What the protocol needs later for authorization and logout (NameID, SessionIndex, refresh token, …). */
  readonly session: Json;
  /** Epoch milliseconds, the latest end of the profile; null leaves it to Adobe's setting. */
  readonly notAfter: number | null;
}

/** What the viewer's browser does next. */
export type BrowserStep =
  | { readonly kind: 'redirect'; readonly url: string }
  /** A page with a form that posts itself. */
  | { readonly kind: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> };

/** The request of a browser that returns to Adobe's origin. */
export interface BrowserReturn {
  readonly query: URLSearchParams;
  /** The query before decoding: a signature covers its octets. */
  readonly octets: string;
  /** Empty unless a form was posted. */
  readonly form: URLSearchParams;
}

/** A route on Adobe's origin to which browsers return; `read` throws a Refusal for an invalid return. */
interface ReturnRoute<T> {
  /** Its name in recorded requests and in faults. */
  readonly operation: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  read(back: BrowserReturn): T | Promise<T>;
}

/**
 * Authentication by one protocol. `request` identifies the attempt: 43 characters of base64url, unguessable and
 * single-use. The browser must return it; Adobe then checks that it is the same browser, that the attempt is neither
 * used nor expired, and that the response came from its MVPD.
 */
export interface MvpdLogin {
  serves(mvpd: Mvpd): boolean;
  signIn(login: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
    readonly device: DeviceContext;
    /** Whether the MVPD must not interact with the user: the first try if each channel requires its own login. */
    readonly passive: boolean;
  }): BrowserStep | Promise<BrowserStep>;
  readonly signInReturns: readonly ReturnRoute<{
    readonly request: string;
    readonly mvpd: string;
    /** Null if a passive request found no session at the MVPD: Adobe then asks again, interactively. */
    readonly subscriber: MvpdSubscriber | null;
  }>[];
  /** Ends the MVPD's own session; called only for MVPDs with `hasLogoutEndpoint`, after Adobe removed the profile. */
  signOut(logout: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
    readonly subscriber: Pick<MvpdSubscriber, 'userId' | 'session'>;
  }): BrowserStep | Promise<BrowserStep>;
  readonly signOutReturns: readonly ReturnRoute<{ readonly request: string }>[];
  /** Where the MVPD sends the browser of a subscriber who has signed out there. */
  readonly signOutRequests: readonly ReturnRoute<{
    readonly mvpd: string;
    /** Whether a login, by its `session`, belongs to what has ended. */
    isOf(session: Json): boolean;
    /** Where the browser goes once the profiles are gone. */
    readonly next: BrowserStep;
  }>[];
}

/** Why a resource is denied: any code of the catalogue, including transport errors. */
export interface Denial {
  readonly permit: false;
  readonly code: RefusalCode;
  /** The MVPD's own message. */
  readonly details?: string;
}

export interface Permission {
  readonly permit: true;
  /** Milliseconds that the permission is valid; it also ends with the profile. */
  readonly ttl: number;
  /** User metadata that the MVPD changed at the same time, under Adobe's normalized keys. */
  readonly attributes?: JsonObject;
}

export type Verdict = Permission | Denial;

/** The back channel to the MVPDs. */
export interface MvpdAuthorization {
  /**
   * Returns a verdict for each resource, keyed by the exact string in the question; a missing one counts as a read
   * error, never as a permit. A thrown Refusal applies to all resources. Denials during preflight have the code
   * `preauthorization_denied_by_mvpd`. A denial with `authorization_denied_by_session_invalidated` ends the profile.
   */
  authorize(question: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly subscriber: Pick<MvpdSubscriber, 'userId' | 'attributes' | 'session'>;
    /** The profile's end, epoch milliseconds. */
    readonly notAfter: number;
    readonly resources: readonly string[];
    readonly device: DeviceContext;
    /** Preauthorization: for filtering content, not for playback. */
    readonly preflight: boolean;
  }): Promise<ReadonlyMap<string, Verdict>>;
}

/**
 * Authentication through a platform's account framework: Adobe gives the device a request, the framework sends it to
 * the MVPD and returns the MVPD's response to the device.
 */
export interface PartnerExchange {
  /** `request` identifies the attempt, as in MvpdLogin. */
  ask(question: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
  }): Promise<{
    /** Base64 of a SAML AuthnRequest. */
    readonly authenticationRequest: string;
    readonly attributesNames: readonly string[];
  }>;
  /** `samlResponse` is Base64. Error: invalid_parameter_saml_response. */
  read(
    samlResponse: string,
  ):
    | { readonly request: string; readonly mvpd: string; readonly subscriber: MvpdSubscriber }
    | Promise<{ readonly request: string; readonly mvpd: string; readonly subscriber: MvpdSubscriber }>;
}
