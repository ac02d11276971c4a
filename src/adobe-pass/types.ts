import type { JsonObject } from '#src/lib/json';

/** Headers of the device's own request that REST V2 lists and that pass through unchanged where it lists them. */
export const passThroughHeaders = [
  'accept',
  'user-agent',
  'ap-visitor-identifier',
  'ap-temppass-identity',
  'ap-partner-framework-status',
  'adobe-subject-token',
  'x-roku-reserved-roku-connect-token',
] as const;

export type PassThroughHeader = (typeof passThroughHeaders)[number];

/** The streaming device as Adobe should see it. */
export interface Device {
  /** The whole AP-Device-Identifier value, `fingerprint <base64>`; absent where the call may go without. */
  readonly identifier?: string | undefined;
  /** The whole X-Device-Info value, base64 of JSON, with the device's own address and port inside. */
  readonly info?: string | undefined;
  /** The device's own IP address; Adobe throttles on it. */
  readonly address: string;
  readonly headers: Partial<Record<PassThroughHeader, string>>;
}

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
