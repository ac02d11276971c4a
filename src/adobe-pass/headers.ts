import { isIP } from 'node:net';
import { type ErrorCode, fail } from '#src/lib/errors';
import type { Endpoint, HeaderName } from '#src/rest-v2/operation';
import { type Device, passThroughHeaders } from './types.ts';

export type OutgoingHeaders = Readonly<Record<string, string>>;

/** A field value that Node sends as it is: visible ASCII, latin-1 letters, space and tab (RFC 9110 §5.5). */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const longestValue = 8_192;

const refusals: Partial<Record<HeaderName, ErrorCode>> = {
  'ap-device-identifier': 'gateway_header_device_identifier',
  'x-device-info': 'gateway_header_device_info',
};

/** What is to be said; which of it may be said is the table's affair. */
export interface Spoken {
  readonly device: Device;
  readonly accessToken?: string | undefined;
  readonly serviceToken?: string | undefined;
}

/**
 * Turns a caller's values into headers, whatever the operation. Errors: gateway_header_device_identifier,
 * gateway_header_device_info, gateway_parameter_invalid with the header as field.
 */
const valuesOf = ({ device, accessToken, serviceToken }: Spoken, endpoint: Endpoint) => {
  const values: Partial<Record<HeaderName, string | undefined>> = {
    authorization: accessToken === undefined ? undefined : `Bearer ${accessToken}`,
    'content-type': endpoint.body?.contentType,
    'ap-device-identifier': device.identifier,
    'x-device-info': device.info,
    'x-forwarded-for': device.address,
    'ad-service-token': serviceToken,
  };
  for (const name of passThroughHeaders) values[name] = device.headers[name];
  return values;
};

/** The headers that a call may carry: those of its row in the table, and nothing that a caller slips in. */
export const headersOf = (
  endpoint: Endpoint,
  spoken: Spoken,
  { strictHeaderTable }: { readonly strictHeaderTable: boolean },
): OutgoingHeaders => {
  const listed = new Set<HeaderName>(endpoint.headers);
  if (!strictHeaderTable) for (const name of beyondTheTable(endpoint)) listed.add(name);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(valuesOf(spoken, endpoint)) as [
    HeaderName,
    string | undefined,
  ][]) {
    if (value === undefined || value === '') continue;
    refuseUnsendable(name, value);
    if (listed.has(name)) headers[name] = value;
  }
  return headers;
};

/**
 * Adobe's checklist wants both device headers on every V2 request and the throttling page wants X-Forwarded-For on
 * all throttled endpoints, where the pages of some operations list neither.
 */
const beyondTheTable = (endpoint: Endpoint): readonly HeaderName[] => {
  if (endpoint.name === 'authenticate') return [];
  if (endpoint.path.startsWith('/o/client/')) return ['x-forwarded-for'];
  return ['ap-device-identifier', 'x-device-info'];
};

const refuseUnsendable = (name: HeaderName, value: string): void => {
  const sendable = value.length <= longestValue && fieldValue.test(value);
  if (sendable && (name !== 'x-forwarded-for' || isIP(value) !== 0)) return;
  throw fail(refusals[name] ?? 'gateway_parameter_invalid', { field: name });
};
