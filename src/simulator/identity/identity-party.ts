/**
 * Simulated identity providers: DTC, Google and Facebook, each on its own origin with its own users' view, key,
 * cookies and peculiarities. This folder owns what they say and how they err. It refuses to know the gateway:
 * whatever is written here is read off the providers' documentation, never off our own client code.
 */
import type { MintRequest, Party } from '../party.ts';

export interface IdentityParty<Switches extends object = object> extends Party {
  /**
   * A signed ID token as the provider's SDK hands it to an app: for the gateway's client id and an hour unless
   * told otherwise. A claim given as null is left out. Errors: gateway_parameter_invalid.
   */
  mintIdToken(request: MintRequest): Promise<string>;
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
  /**
   * A user access token as the classic SDK hands it to an app: `audience` is the app's id; `nonce` and `claims`
   * mean nothing here. Errors: gateway_parameter_invalid.
   */
  mintAccessToken(request: MintRequest): Promise<string>;
}
