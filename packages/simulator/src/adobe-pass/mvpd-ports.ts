/**
 * The two seams between Adobe Pass and the TV providers: how a viewer's browser signs in and out there, and how
 * Adobe asks what a subscriber may watch. Adobe's own rules (who may ask, codes, profiles, degradation, media
 * tokens) stay on this side; protocols (SAML, OAuth 2.0, XACML) live behind the ports.
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

/** What an MVPD says about the subscriber who signed in. */
export interface MvpdSubscriber {
  /** Unique and stable per account; becomes `userID`. */
  readonly userId: string;
  /** User metadata under Adobe's normalised keys: `householdID`, `zip`, `maxRating`, `hba_status`, … */
  readonly attributes: JsonObject;
  /** What the protocol needs again for authorization and logout (NameID, SessionIndex, refresh token, …). */
  readonly session: Json;
  /** Epoch milliseconds beyond which the profile must not live; null leaves it to Adobe's setting. */
  readonly notAfter: number | null;
}

/** What the viewer's browser does next. */
export type BrowserStep =
  | { readonly kind: 'redirect'; readonly url: string }
  /** A page whose form posts itself. */
  | { readonly kind: 'post'; readonly url: string; readonly fields: Readonly<Record<string, string>> };

/** A browser that came back to Adobe's origin. */
export interface BrowserReturn {
  readonly query: URLSearchParams;
  /** The query as it came: a signature covers its octets. */
  readonly octets: string;
  /** Empty unless a form was posted. */
  readonly form: URLSearchParams;
}

/** A place on Adobe's origin where browsers come back; `read` throws a Refusal for what does not hold. */
interface ReturnRoute<T> {
  /** Its name in the record and in faults. */
  readonly operation: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  read(back: BrowserReturn): T | Promise<T>;
}

/**
 * Authentication by one protocol. `request` is Adobe's name for the attempt: 43 characters of base64url, unguessable,
 * used once. It has to come back with the browser; Adobe then checks that it is the same browser, that the attempt
 * is neither spent nor late, and that its MVPD is the one that answered.
 */
export interface MvpdLogin {
  serves(mvpd: Mvpd): boolean;
  signIn(login: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
    readonly device: DeviceContext;
    /** Whether nobody may be asked anything: a first try where each channel wants a login of its own. */
    readonly passive: boolean;
  }): BrowserStep | Promise<BrowserStep>;
  readonly signInReturns: readonly ReturnRoute<{
    readonly request: string;
    readonly mvpd: string;
    /** Null when a passive request met no session at the MVPD: Adobe asks again, openly. */
    readonly subscriber: MvpdSubscriber | null;
  }>[];
  /** Ends the MVPD's own session; asked only of MVPDs with `hasLogoutEndpoint`. Adobe's profile is gone already. */
  signOut(logout: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
    readonly subscriber: Pick<MvpdSubscriber, 'userId' | 'session'>;
  }): BrowserStep | Promise<BrowserStep>;
  readonly signOutReturns: readonly ReturnRoute<{ readonly request: string }>[];
}

/** Why a resource is refused; any code of the catalogue, so that faults of the line can be told too. */
export interface Denial {
  readonly permit: false;
  readonly code: RefusalCode;
  /** The MVPD's own words. */
  readonly details?: string;
}

export interface Permission {
  readonly permit: true;
  /** Milliseconds that the permission holds; Adobe also ends it with the profile. */
  readonly ttl: number;
  /** User metadata that the MVPD took the occasion to change, under Adobe's normalised keys. */
  readonly attributes?: JsonObject;
}

export type Verdict = Permission | Denial;

/** The line to an MVPD that no browser sees. */
export interface MvpdAuthorization {
  /**
   * A verdict for each resource, keyed by exactly the string that was asked; a missing one counts as a read error,
   * never as a permit. A Refusal thrown is said of all resources alike. Denials during preflight carry
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
    /** Preauthorization: content filtering, never playback. */
    readonly preflight: boolean;
  }): Promise<ReadonlyMap<string, Verdict>>;
}

/**
 * Authentication through a platform's account framework: Adobe hands the device a request, the framework brings it to
 * the MVPD and gives the device the MVPD's answer.
 */
export interface PartnerExchange {
  /** `request` is Adobe's name for the attempt, as with MvpdLogin. */
  ask(question: {
    readonly mvpd: Mvpd;
    readonly serviceProvider: string;
    readonly request: string;
  }): Promise<{
    /** Base64 of a SAML AuthnRequest. */
    readonly authenticationRequest: string;
    readonly attributesNames: readonly string[];
  }>;
  /** `samlResponse` is Base64. Throws `invalid_parameter_saml_response` for what does not hold. */
  read(
    samlResponse: string,
  ):
    | { readonly request: string; readonly mvpd: string; readonly subscriber: MvpdSubscriber }
    | Promise<{ readonly request: string; readonly mvpd: string; readonly subscriber: MvpdSubscriber }>;
}
