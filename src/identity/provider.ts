/**
 * Identity providers as abilities. This folder owns the protocol with DTC, Google, Facebook and any OpenID Provider, up
 * to a verified identity. It refuses accounts, sessions and pages: it never decides who may sign in.
 */

import type { AuthenticationRequest } from './authentication-request.ts';

/** What must be kept between the two halves of a redirect sign-in. */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** When the viewer was sent to the provider; milliseconds. */
  readonly begunAt: number;
}

export interface VerifiedIdentity {
  /** Id of the configured provider. */
  readonly provider: string;
  /** Canonical issuer, whatever spelling the provider used. */
  readonly issuer: string;
  readonly subject: string;
  readonly email?: {
    readonly address: string;
    /**
     * The rule by which the provider is authoritative for the address, so that it may link accounts; null if it is
     * not. One of the provider's rules (`authority.ts`) as long as those stay the same.
     */
    readonly authority: string | null;
  };
  readonly name?: string;
  /**
   * When the viewer last entered credentials, as the provider says; seconds, never in the future. Absent where the
   * provider does not say.
   */
  readonly authTime?: number;
  /** Authentication context class, as the provider says. */
  readonly acr?: string;
  /** Other ids of the viewer at the provider: the requested claims that are valid. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** A provider that signs a viewer in by sending the browser away and back. */
export interface RedirectProvider {
  readonly id: string;
  readonly label: string;
  /**
   * Where the browser goes next. `redirectUri` is ours, exactly as registered at the provider.
   * Errors: identity_provider_unavailable, identity_provider_misconfigured.
   */
  begin(input: {
    redirectUri: string;
    request?: AuthenticationRequest;
    signal?: AbortSignal;
  }): Promise<{ url: URL; checks: Checks }>;
  /**
   * Redeems the callback. `callback` is rebuilt from the public origin, never from the Host header. `request` is that
   * of `begin`: an answer that does not prove what it demands is rejected.
   * Errors: sign_in_refused (the viewer declined), sign_in_unfinished (the provider has to ask again),
   * identity_rejected, identity_provider_unavailable, identity_provider_misconfigured.
   */
  complete(input: {
    callback: URL;
    checks: Checks;
    request?: AuthenticationRequest;
    signal?: AbortSignal;
  }): Promise<VerifiedIdentity>;
  /**
   * Where the browser goes to end its session at the provider; undefined for a provider that has no such address. `state` comes back
   * with the browser, if the provider sends it back.
   * Errors: identity_provider_unavailable, identity_provider_misconfigured.
   */
  logoutUrl(input: { returnTo: string; state: string }): Promise<URL | undefined>;
}
