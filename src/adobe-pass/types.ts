import type { Device } from '#src/lib/device';
import type { JsonObject } from '#src/lib/json';

export { type Device, passThroughHeaders } from '#src/lib/device';

/** Adobe client credentials as registration answers them. */
export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/** What every REST V2 call needs beside its own parameters. */
export interface Call {
  readonly credentials: ClientCredentials;
  readonly device: Device;
  /** Compact JWS; leaves on the six operations only, whatever is given here. */
  readonly serviceToken?: string | undefined;
  readonly serviceProvider: string;
  readonly signal?: AbortSignal | undefined;
}

/** Adobe's answer, checked. Any status; a body that is REST V2's own shape for that status. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}
