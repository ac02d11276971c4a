import { isIP } from 'node:net';
import { type ErrorCode, fail } from '#src/lib/errors';
import type { Endpoint, HeaderName } from '#src/rest-v2/operation';
import { type Device, passThroughHeaders } from './types.ts';

export type OutgoingHeaders = Readonly<Record<string, string>>;

/** What a call could send; its row decides what it does send. */
export interface HeaderValues {
  readonly device: Device;
  readonly accessToken?: string | undefined;
  readonly serviceToken?: string | undefined;
  /** Else the media type of the row's body. */
  readonly contentType?: string | undefined;
}

/**
 * The headers of a call: those that its row lists, whatever the caller supplies. Errors, also for values that are not
 * sent: invalid_header_device_identifier, invalid_header_device_info, gateway_parameter_invalid with the header as field.
 */
export type HeadersOf = (values: HeaderValues) => OutgoingHeaders;

/** Where the value of a header comes from, and whether it is sent. */
interface Column {
  readonly name: HeaderName;
  readonly read: (values: HeaderValues) => string | undefined;
  readonly isListed: boolean;
}

/** Prepares the row of an endpoint. */
export const createHeadersOf = (
  endpoint: Endpoint,
  { strictHeaderTable }: { readonly strictHeaderTable: boolean },
): HeadersOf => {
  const unlisted = strictHeaderTable ? [] : unlistedHeaders(endpoint);
  const listed = new Set([...endpoint.headers, ...unlisted]);
  const columns = sourcesOf(endpoint).map(
    ([name, read]): Column => ({ name, read, isListed: listed.has(name) }),
  );
  return (values) => {
    const headers: Record<string, string> = {};
    for (const { name, read, isListed } of columns) {
      const value = read(values);
      if (value === undefined || value === '') continue;
      rejectInvalid(name, value);
      if (isListed) headers[name] = value;
    }
    return headers;
  };
};

/** The name of each header that a call could have, and its value. */
const sourcesOf = (endpoint: Endpoint): readonly (readonly [HeaderName, Column['read']])[] => [
  ['authorization', ({ accessToken }) => (accessToken === undefined ? undefined : `Bearer ${accessToken}`)],
  ['content-type', ({ contentType }) => contentType ?? endpoint.body?.contentType],
  ['ap-device-identifier', ({ device }) => device.identifier],
  ['x-device-info', ({ device }) => device.info],
  ['x-forwarded-for', ({ device }) => device.address],
  ['ad-service-token', ({ serviceToken }) => serviceToken],
  ...passThroughHeaders.map((name) => [name, ({ device }: HeaderValues) => device.headers[name]] as const),
];

/**
 * Adobe's checklist wants both device headers on every V2 request and the throttling page wants X-Forwarded-For on
 * all throttled endpoints, where the pages of some operations list neither. The OpenAPI file has headers of its own.
 */
const unlistedHeaders = (endpoint: Endpoint): readonly HeaderName[] => {
  if (endpoint.name === 'authenticate') return [];
  if (endpoint.path.startsWith('/o/client/')) return ['x-forwarded-for'];
  return ['ap-device-identifier', 'x-device-info', ...(endpoint.openApiHeaders ?? [])];
};

/**
 * A field value that Node sends unchanged: visible ASCII, latin-1 letters, space and tab (RFC 9110 §5.5). Its length is
 * bounded by what the listener takes.
 */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

const errorCodes: Partial<Record<HeaderName, ErrorCode>> = {
  'ap-device-identifier': 'invalid_header_device_identifier',
  'x-device-info': 'invalid_header_device_info',
};

const rejectInvalid = (name: HeaderName, value: string): void => {
  if (fieldValue.test(value) && (name !== 'x-forwarded-for' || isIP(value) !== 0)) return;
  throw fail(errorCodes[name] ?? 'gateway_parameter_invalid', { field: name });
};
