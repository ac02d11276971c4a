import type { Device } from '#src/lib/device';
import type { JsonObject } from '#src/lib/json';

export { type Device, passThroughHeaders } from '#src/lib/device';

/** Adobe client credentials, from registration. */
export interface ClientCredentials {
  /** Adobe's client_id; after the environment, where that is not the default one (`idIn`). */
  readonly id: string;
  readonly secret: string;
}

/** What every REST V2 call needs beside its own parameters. */
export interface Call {
  readonly credentials: ClientCredentials;
  readonly device: Device;
  /** Compact JWS; sent only with operations whose row lists AD-Service-Token. */
  readonly serviceToken?: string | undefined;
  readonly serviceProvider: string;
  /** The account that the call is made for; not sent. */
  readonly viewer?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Adobe's answer, checked: any status, with the body that REST V2 has for it. */
export interface Answer {
  readonly status: number;
  /** Parsed from `bytes` at the first use. */
  readonly body: JsonObject;
  /** The body as Adobe sent it; absent if the gateway must serialize it, or has changed it. */
  readonly bytes?: Buffer | undefined;
  /** Seconds, of an error that has one. */
  readonly retryAfter?: number | undefined;
}
