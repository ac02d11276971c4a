import type { JsonObject } from '#src/lib/json';

/** A device without a viewer, as it asks for one (RFC 8628). */
export interface SignInRequest {
  /** The app's id, or that of an instance that has registered, with its secret. */
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** The device's own address, and the port of its connection where that is known. */
  readonly client: { readonly address: string; readonly port?: number };
  /** Those of the request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A code that a viewer can approve. */
export interface DeviceCode {
  readonly deviceCode: string;
  /** As it is shown. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** For a QR code: with the code, and a ticket that nobody can guess. */
  readonly verificationUriComplete: string;
  /** Seconds between polls. */
  readonly interval: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** The answer of the token endpoint (RFC 6749 §5.1), as it is. */
export type IssuedTokens = JsonObject & { readonly access_token: string };

/** What the authorization server does for a device, as at its own endpoints. */
export interface DeviceSignIns {
  /** Errors: client_credentials_invalid. */
  begin(request: SignInRequest): Promise<DeviceCode>;
  /** The code that this client began, while it waits for its viewer. Errors: gateway_device_mismatch, for one of another device. */
  pending(request: SignInRequest, deviceCode: string): Promise<DeviceCode | undefined>;
  /** The tokens, once: again only for a client that has lost the answer. Otherwise RFC 6749's reason. */
  redeem(
    request: SignInRequest,
    deviceCode: string,
  ): Promise<{ readonly tokens: IssuedTokens } | { readonly refused: string }>;
}
