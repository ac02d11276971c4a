/**
 * Simulated identity providers: DTC, Google and Facebook, each on its own origin with its own users' view, key,
 * cookies and peculiarities. This folder owns what they say and how they err. It refuses to know the gateway:
 * whatever is written here is read off the providers' documentation, never off our own client code.
 */
import type { JsonObject } from '#src/lib/json';
import type { Party } from '../party.ts';

export interface IdTokenRequest {
  /** `id` of a user of the fixtures. */
  readonly user: string;
  /** `aud`; the gateway's client id there unless given. */
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  /** Seconds; negative for a token that is over. An hour unless given. */
  readonly expiresIn?: number | undefined;
  /** Laid over the provider's own claims, registered ones included; null takes a claim away. */
  readonly claims?: JsonObject | undefined;
}

export interface AccessTokenRequest {
  /** `id` of a user of the fixtures. */
  readonly user: string;
  /** The app it was given to; the gateway's unless given. */
  readonly appId?: string | undefined;
  /** Seconds; negative for a token that is over. */
  readonly expiresIn?: number | undefined;
}

export interface IdentityParty<Switches extends object = object> extends Party {
  /** A signed ID token as the provider's SDK hands it to an app. Errors: gateway_parameter_invalid. */
  mintIdToken(request: IdTokenRequest): Promise<{ id_token: string }>;
  /** Peculiarities that may be turned while it runs; `reset` puts them back. */
  readonly switches: Switches;
}

export interface GoogleSwitches {
  /** How ID tokens spell the issuer: Google uses both, its discovery document only the URL. */
  issuerForm: 'url' | 'bare';
}

export interface FacebookSwitches {
  /** The code flow with scope `openid` also returns an ID token. */
  idTokenInCodeFlow: boolean;
  /** Ids of users who have no e-mail address there, or did not share it. */
  usersWithoutEmail: readonly string[];
  /** `debug_token` also answers about tokens of other apps, with their `app_id`; off, it refuses them. */
  debugsOtherApps: boolean;
}

export interface FacebookParty extends IdentityParty<FacebookSwitches> {
  /** A user access token as the classic SDK hands it to an app. Errors: gateway_parameter_invalid. */
  mintAccessToken(request: AccessTokenRequest): Promise<{ access_token: string }>;
}
