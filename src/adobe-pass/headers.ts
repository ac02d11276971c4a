import { isIP } from 'node:net';
import { type ErrorCode, fail } from '#src/lib/errors';
import type { Endpoint, HeaderName } from '#src/rest-v2/operation';
import { type Device, passThroughHeaders } from './types.ts';

export type OutgoingHeaders = Readonly<Record<string, string>>;

/** A field value that Node sends unchanged: visible ASCII, latin-1 letters, space and tab (RFC 9110 §5.5). */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const maxValueLength = 8_192;

const errorCodes: Partial<Record<HeaderName, ErrorCode>> = {
  'ap-device-identifier': 'gateway_header_device_identifier',
  'x-device-info': 'gateway_header_device_info',
};

/** What a call could send; its row decides what it does send. */
export interface HeaderValues {
  readonly device: Device;
  readonly accessToken?: string | undefined;
  readonly serviceToken?: string | undefined;
}

/**
 * All values by header name, whatever the row lists. Errors: gateway_header_device_identifier,
 * gateway_header_device_info, gateway_parameter_invalid with the header as field.
 */
const valuesOf = ({ device, accessToken, serviceToken }: HeaderValues, endpoint: Endpoint) => {
  const named: Partial<Record<HeaderName, string | undefined>> = {
    authorization: accessToken === undefined ? undefined : `Bearer ${accessToken}`,
    'content-type': endpoint.body?.contentType,
    'ap-device-identifier': device.identifier,
    'x-device-info': device.info,
    'x-forwarded-for': device.address,
    'ad-service-token': serviceToken,
  };
  for (const name of passThroughHeaders) named[name] = device.headers[name];
  return named;
};

/** The headers of a call: those that its row lists, whatever the caller supplies. */
export const headersOf = (
  endpoint: Endpoint,
  values: HeaderValues,
  { strictHeaderTable }: { readonly strictHeaderTable: boolean },
): OutgoingHeaders => {
  const listed = new Set<HeaderName>(endpoint.headers);
  if (!strictHeaderTable) for (const name of unlistedHeaders(endpoint)) listed.add(name);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(valuesOf(values, endpoint)) as [
    HeaderName,
    string | undefined,
  ][]) {
    if (value === undefined || value === '') continue;
    rejectInvalid(name, value);
    if (listed.has(name)) headers[name] = value;
  }
  return headers;
};

/**
 * Adobe's checklist wants both device headers on every V2 request and the throttling page wants X-Forwarded-For on
 * all throttled endpoints, where the pages of some operations list neither.
 */
const unlistedHeaders = (endpoint: Endpoint): readonly HeaderName[] => {
  if (endpoint.name === 'authenticate') return [];
  if (endpoint.path.startsWith('/o/client/')) return ['x-forwarded-for'];
  return ['ap-device-identifier', 'x-device-info'];
};

const rejectInvalid = (name: HeaderName, value: string): void => {
  const sendable = value.length <= maxValueLength && fieldValue.test(value);
  if (sendable && (name !== 'x-forwarded-for' || isIP(value) !== 0)) return;
  throw fail(errorCodes[name] ?? 'gateway_parameter_invalid', { field: name });
};
