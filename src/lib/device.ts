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

/** `fingerprint <base64 of the device's id>`: the only type that REST V2 documents. */
const identifierForm = /^fingerprint ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?)$/;

/** Whether text is an AP-Device-Identifier, of any length. */
export const isDeviceIdentifier = (text: string): boolean => Boolean(identifierForm.exec(text)?.[1]);

/** The streaming device as Adobe should see it. */
export interface Device {
  /** The whole AP-Device-Identifier value, `fingerprint <base64>`; absent where the call may go without. */
  readonly identifier?: string | undefined;
  /** The whole X-Device-Info value, base64 of JSON, with the device's own address and port inside. */
  readonly info?: string | undefined;
  /** The device's own IP address; Adobe throttles on it. */
  readonly address: string;
  /** Where a proxy says that it is: two upper-case letters (ISO 3166-1). */
  readonly country?: string | undefined;
  readonly headers: Partial<Record<PassThroughHeader, string>>;
}
