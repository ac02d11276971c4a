import type { FoundProfile } from '#src/families/found-profiles';
import type { TokenFacts } from '#src/families/token-facts';

/** What Adobe answers for this app, device and viewer. */
export interface AskedAdobe {
  /** Code of the error, if it did not answer. */
  readonly failure?: string;
  /** REST API V2 code, if the MVPD cannot be used with the service provider. */
  readonly refusal?: string;
  /** The profile of the MVPD, or the one that is valid longest. */
  readonly profile?: { readonly mvpd: string; readonly type: string };
  /** Whether the channel takes no part in sharing ("Auth per Aggregator" of the TVE Dashboard). */
  readonly authPerAggregator?: boolean;
  /** Registered for the service provider. */
  readonly domains?: readonly string[] | undefined;
}

/** What decides whether an app finds the TV-provider profile that its viewer has. Hashes are SHA-256. */
export interface SharingFacts {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly serviceProvider: string;
  readonly mvpd: string | undefined;
  readonly isSignedIn: boolean;
  readonly app: {
    readonly id: string;
    readonly serviceProviders: readonly string[];
    readonly domains: readonly string[];
  };
  /** Of all its apps. */
  readonly family: { readonly id: string; readonly serviceProviders: readonly string[] };
  /** Hashes of the identifier that the instance is bound to, and of the one that was sent. */
  readonly device: { readonly bound: string | null; readonly sent: string | undefined };
  /** The key that signs. */
  readonly key: { readonly kid: string; readonly isAcknowledged: boolean } | undefined;
  /** What the viewer's service token says, or why there is none. */
  readonly token: TokenFacts | { readonly unavailable: string } | undefined;
  /** Undefined until Adobe has been asked. */
  readonly adobe: AskedAdobe | undefined;
  /** The viewer's own latest login at the MVPD, as far as it is known. */
  readonly login: FoundProfile | undefined;
  /** Where that login was made: the credentials and the hash of the software statement in use there now. */
  readonly loginNow: { readonly credentials: string | undefined; readonly statement: string | undefined };
  /** Registered for the service provider; undefined if they are not known. */
  readonly registeredDomains: readonly string[] | undefined;
}
