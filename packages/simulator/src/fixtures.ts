/** The users, service providers and MVPDs of the simulated world. */

export interface Subscription {
  readonly mvpd: string;
  readonly username: string;
  readonly password: string;
  /** The subscriber's id at the MVPD. */
  readonly userId: string;
  readonly householdId: string;
  readonly zip: readonly string[];
  /** The household's maximum ratings, as MVPDs spell them: `tv-ma`, `nc-17`. */
  readonly maxTvRating: string;
  readonly maxMovieRating: string;
  readonly resources: readonly string[];
  /** The household's own connections. Behind a shared address, the port range identifies the household. */
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
  /** `id` is the user's id for the gateway's app; Facebook ids are app-scoped. */
  readonly facebook: { readonly id: string; readonly email: string };
  /** `hidesEmail`: whether the user's first sign-in suggests the relay address. */
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
  /** A TempPass per viewer, limited to a number of resources. */
  readonly isPromotional?: boolean;
  /** How subscribers sign in; absent for a TempPass. */
  readonly authentication?: SamlAuthentication | OAuthAuthentication;
  /** How Adobe requests authorization decisions. */
  readonly authorization?: Authorization;
  /** No authorization endpoint: Adobe permits everything (source `dummy`). */
  readonly dummyAuthorization?: boolean;
  /** Partner single sign-on through the platform's account framework (Apple). */
  readonly partner?: PartnerBoarding;
  /** Limits of a TempPass. */
  readonly temporary?: { readonly seconds: number; readonly resources?: number };
}

export interface PartnerBoarding {
  /** The MVPD's id in the partner's framework. */
  readonly mappingId: string;
  /** `SUPPORTED` signs in silently; `PICKER` is listed but uses the normal login. */
  readonly boardingStatus: 'SUPPORTED' | 'PICKER';
  /** Whether the MVPD responds to the framework's profile requests. */
  readonly exchangesProfiles: boolean;
}

/** SAML 2.0 Web Browser SSO Profile, as configured between Adobe and the MVPD. */
export interface SamlAuthentication {
  readonly protocol: 'saml';
  /** Binding of AuthnRequests. */
  readonly requestBinding: 'redirect' | 'post';
  /** How AuthnRequests name the service provider: Issuer suffix, or RequesterID in Scoping. */
  readonly scoping: 'issuer' | 'requesterId';
  /** With `transient`, the attribute `guid` identifies the subscriber. */
  readonly nameId: 'persistent' | 'transient';
  /** For both requests and assertions. */
  readonly signature: 'rsa-sha256' | 'rsa-sha1';
  readonly encryptsAssertions: boolean;
  /** The proxy that runs the login for this MVPD, and its ProviderID; absent for a direct integration. */
  readonly proxy?: { readonly id: string; readonly providerId: string };
}

/** OAuth 2.0, authorization code grant. */
export interface OAuthAuthentication {
  readonly protocol: 'oauth2';
  readonly client: IdentityClient;
  /** Adobe's setting "Attempt HBA": whether it sends the device's connection. */
  readonly attemptsHomeBased: boolean;
}

/** XACML 2.0 over HTTP, as configured between Adobe and the MVPD. */
export interface Authorization {
  /**
   * `bare`: a Request whose subject is the session's token. `soap`: a signed SAML query in SOAP 1.1 whose subject is
   * the NameID. `bearer`: a Request without subject; the OAuth 2.0 access token identifies the subscriber.
   */
  readonly request: 'bare' | 'soap' | 'bearer';
  /** Preauthorization: one query for all resources, one per resource, or the lineup received at login. */
  readonly preflight: 'multi-channel' | 'fork-join' | 'channel-lineup';
  /** Whether MRSS resources are sent with item, title and rating, or as the channel title only. */
  readonly resources: 'structured' | 'channel-title';
  /** Adobe's mandatory setting, in seconds; null for an incomplete integration. */
  readonly ttl: number | null;
  /** How Adobe handles a permit with an unknown obligation; XACML requires deny. */
  readonly unknownObligations: 'deny' | 'ignore';
  /** Whether permits carry a log obligation. */
  readonly logs: boolean;
  /** Whether permits carry the household's current ratings. */
  readonly ratings: boolean;
  /** Seconds until a permit must be requested again; null for no limit. */
  readonly reauthorizeAfter: number | null;
  /** Lifetime in the Conditions of a signed response, seconds; null for none. */
  readonly conditions: number | null;
  /** Authorization endpoint; by default the simulated MVPD's own. */
  readonly endpoint?: string;
}

export interface ServiceProvider {
  readonly id: string;
  readonly name: string;
  /** Registered domains: domainName must be one of these, redirectUrl must be on one. */
  readonly domains: readonly string[];
  /** MVPDs with an active integration. */
  readonly mvpds: readonly string[];
  /** Single sign-on is limited to service providers of one programmer. By default all belong to the same one. */
  readonly programmer?: string;
  /** MVPDs that require a separate login for this service provider ("Auth per Aggregator"). */
  readonly authPerAggregator?: readonly string[];
  readonly userMetadata?: UserMetadata;
}

export interface UserMetadata {
  /** PEM (RSA certificate or public key); `generated` uses the control API's key; null if none was uploaded. */
  readonly certificate: string | 'generated' | null;
  /** Attributes that are returned encrypted (state `enc`). */
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

/** An OAuth client at a simulated identity provider. */
export interface IdentityClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client without a secret: a TV or a mobile app. */
export interface PublicClient {
  readonly clientId: string;
}

/** A Services ID and the key that signs its client secrets, as downloaded from Apple's developer site. */
export interface AppleClient {
  readonly clientId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PKCS #8 in PEM, P-256: the content of `AuthKey_<keyId>.p8`. */
  readonly privateKey: string;
}

/** Event receivers: absolute URLs, or paths at the gateway's public origin. */
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
  /** All resources that any MVPD knows; subscriptions permit some of them. */
  readonly resources: readonly string[];
  readonly clients: {
    readonly dtc: IdentityClient;
    readonly dtcTv: PublicClient;
    readonly google: IdentityClient;
    readonly googleAndroid: PublicClient;
    readonly googleIos: PublicClient;
    /** Google issues a secret to TV clients that is not confidential. */
    readonly googleTv: IdentityClient;
    readonly facebook: IdentityClient;
    /** The same Facebook app uses this on devices instead of its secret. */
    readonly facebookDevice: { readonly clientToken: string };
    /** Another Facebook app, with its own user ids and tokens. */
    readonly facebookOther: IdentityClient;
    readonly apple: AppleClient;
  };
  readonly receivers: Receivers;
}
