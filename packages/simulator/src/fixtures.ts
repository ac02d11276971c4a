/** The people, brands and providers of the simulated world. */

export interface Subscription {
  readonly mvpd: string;
  readonly username: string;
  readonly password: string;
  /** What the MVPD calls the subscriber. */
  readonly userId: string;
  readonly householdId: string;
  readonly zip: readonly string[];
  /** The highest ratings that the household allows, as MVPDs spell them: `tv-ma`, `nc-17`. */
  readonly maxTvRating: string;
  readonly maxMovieRating: string;
  readonly resources: readonly string[];
  /** The household's own connections. Behind a shared address, its range of ports tells it from its neighbours. */
  readonly home?: readonly HomeConnection[];
}

export interface HomeConnection {
  readonly address: string;
  /** First and last. */
  readonly ports?: readonly [number, number];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly dtc: { readonly subject: string; readonly email: string };
  readonly google: { readonly subject: string; readonly email: string; readonly hostedDomain: string };
  /** `id` is what Facebook calls the user to the gateway's app; every other app is told another one. */
  readonly facebook: { readonly id: string; readonly email: string };
  /** `hidesEmail`: which address the user's first sign-in proposes to share. */
  readonly apple: {
    readonly subject: string;
    readonly email: string;
    readonly relayEmail: string;
    readonly hidesEmail: boolean;
  };
  readonly subscriptions: readonly Subscription[];
}

export interface Mvpd {
  readonly id: string;
  readonly displayName: string;
  readonly logoUrl: string;
  readonly hasLogoutEndpoint: boolean;
  readonly isTempPass?: boolean;
  /** A TempPass that also knows the viewer, and opens only so many resources. */
  readonly isPromotional?: boolean;
  /** How subscribers sign in there; nobody signs in at a TempPass. */
  readonly authentication?: SamlAuthentication | OAuthAuthentication;
  /** How Adobe asks what a subscriber may watch. */
  readonly authorization?: Authorization;
  /** It has no authorization endpoint: Adobe permits everything by itself (source `dummy`). */
  readonly dummyAuthorization?: boolean;
  /** How far the MVPD is on board with single sign-on by the platform's account framework (Apple). */
  readonly partner?: PartnerBoarding;
  /** Limits of a TempPass. */
  readonly temporary?: { readonly seconds: number; readonly resources?: number };
}

export interface PartnerBoarding {
  /** What the partner's framework calls the MVPD. */
  readonly mappingId: string;
  /** `SUPPORTED` signs on silently; `PICKER` is shown and goes the ordinary way. */
  readonly boardingStatus: 'SUPPORTED' | 'PICKER';
  /** Whether the MVPD answers the framework's requests for a profile. */
  readonly exchangesProfiles: boolean;
}

/** SAML 2.0, Web Browser SSO Profile: what Adobe and the MVPD agreed on. */
export interface SamlAuthentication {
  readonly protocol: 'saml';
  /** How AuthnRequests travel. */
  readonly requestBinding: 'redirect' | 'post';
  /** How they name the brand: as suffix of their Issuer, or as RequesterID in Scoping. */
  readonly scoping: 'issuer' | 'requesterId';
  /** With `transient`, the attribute `guid` tells who the subscriber is. */
  readonly nameId: 'persistent' | 'transient';
  /** Of requests and assertions alike. */
  readonly signature: 'rsa-sha256' | 'rsa-sha1';
  readonly encryptsAssertions: boolean;
  /** Who runs the login for this MVPD, and what they call it (ProviderID); absent for one that speaks for itself. */
  readonly proxy?: { readonly id: string; readonly providerId: string };
}

/** OAuth 2.0, authorization code grant. */
export interface OAuthAuthentication {
  readonly protocol: 'oauth2';
  readonly client: IdentityClient;
  /** Adobe's switch "Attempt HBA": whether it tells where the device is connected. */
  readonly attemptsHomeBased: boolean;
}

/** XACML 2.0 over HTTP: what Adobe and the MVPD agreed on, and what the MVPD sends along. */
export interface Authorization {
  /**
   * `bare`: a Request whose subject is the session's token. `soap`: a signed SAML query in SOAP 1.1 whose subject is
   * the NameID. `bearer`: a Request without subject; the OAuth 2.0 access token tells who it is about.
   */
  readonly request: 'bare' | 'soap' | 'bearer';
  /** How preauthorization asks: all in one query, one query for each resource, or the lineup known since login. */
  readonly preflight: 'multi-channel' | 'fork-join' | 'channel-lineup';
  /** Whether MRSS goes over with its item, title and rating, or as its channel's title alone. */
  readonly resources: 'structured' | 'channel-title';
  /** Adobe's mandatory setting, in seconds; null for an integration that was never finished. */
  readonly ttl: number | null;
  /** What Adobe does with a permit under an obligation that it does not know; XACML asks to deny. */
  readonly unknownObligations: 'deny' | 'ignore';
  /** Whether permits ask Adobe to log the transaction. */
  readonly logs: boolean;
  /** Whether permits tell the household's highest ratings anew. */
  readonly ratings: boolean;
  /** Seconds after which a permit wants to be asked for again; null for none. */
  readonly reauthorizeAfter: number | null;
  /** Seconds in the Conditions of a signed answer; null for none. */
  readonly conditions: number | null;
  /** Where the MVPD decides; on the simulated MVPDs' origin unless given. */
  readonly endpoint?: string;
}

export interface ServiceProvider {
  readonly id: string;
  readonly name: string;
  /** Registered domains: domainName must be one, redirectUrl must lie on one. */
  readonly domains: readonly string[];
  /** MVPDs with an active integration. */
  readonly mvpds: readonly string[];
  /** Whose brand it is: single sign-on ends at the programmer's own. All are one programmer's unless told. */
  readonly programmer?: string;
  /** MVPDs that want a login of their own for this channel ("Auth per Aggregator"). */
  readonly authPerAggregator?: readonly string[];
  readonly userMetadata?: UserMetadata;
}

export interface UserMetadata {
  /** PEM (certificate or public key, RSA); `generated` takes the one of the control API; null: none was uploaded. */
  readonly certificate: string | 'generated' | null;
  /** Attributes that leave in state `enc`. */
  readonly encrypted: readonly string[];
  readonly padding: 'pkcs1' | 'oaep-sha1' | 'oaep-sha256';
}

export interface App {
  readonly id: string;
  readonly name: string;
  readonly serviceProviders: readonly string[];
  readonly redirectUris: readonly string[];
  readonly softwareStatement: string;
}

/** What the gateway is to the simulated identity providers. */
export interface IdentityClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client that can keep no secret: a television, an app on a phone. */
export interface PublicClient {
  readonly clientId: string;
}

/** A Services ID and the key that signs its client secrets, as Apple's developer pages hand it out. */
export interface AppleClient {
  readonly clientId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PKCS #8 in PEM, P-256: the content of `AuthKey_<keyId>.p8`. */
  readonly privateKey: string;
}

/** Where the providers post what happened: absolute URLs, or paths at the gateway's public origin. */
export interface Receivers {
  readonly dtcBackchannelLogout: string;
  readonly googleRisc: string;
  readonly facebookDeauthorize: string;
  readonly facebookDataDeletion: string;
  readonly appleNotifications: string;
}

export interface Fixtures {
  readonly users: readonly User[];
  readonly mvpds: readonly Mvpd[];
  readonly serviceProviders: readonly ServiceProvider[];
  readonly apps: readonly App[];
  /** Every resource that some MVPD knows; subscriptions permit a part of them. */
  readonly resources: readonly string[];
  readonly clients: {
    readonly dtc: IdentityClient;
    readonly dtcTv: PublicClient;
    readonly google: IdentityClient;
    readonly googleAndroid: PublicClient;
    readonly googleIos: PublicClient;
    /** Google gives televisions a secret that is none. */
    readonly googleTv: IdentityClient;
    readonly facebook: IdentityClient;
    /** What the same Facebook app carries on devices instead of its secret. */
    readonly facebookDevice: { readonly clientToken: string };
    /** Somebody else's app at Facebook: its ids and tokens are not the gateway's. */
    readonly facebookOther: IdentityClient;
    readonly apple: AppleClient;
  };
  readonly receivers: Receivers;
}
