import { type Device, passThroughHeaders } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import type { ClientAddress } from './client-address.ts';
import type { Context } from './context.ts';
import { headerOf } from './header.ts';

/** `fingerprint <base64 of the device's id>`: the only type that REST V2 documents. */
const identifierForm = /^fingerprint ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?)$/;
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const maxLength = 4096;

const readIdentifier = (ctx: Context): string | undefined => {
  const value = headerOf(ctx, 'ap-device-identifier');
  if (!value) return undefined;
  const [, id] = identifierForm.exec(value) ?? [];
  if (id && value.length <= maxLength) return value;
  throw fail('gateway_header_device_identifier', {
    field: 'AP-Device-Identifier',
    hint: 'send "fingerprint " and the Base64 of the device\'s id',
  });
};

/**
 * X-Device-Info with the device's own address and port, which Adobe needs for home-based authentication. They are
 * those of the connection: values that the app sends are overwritten.
 */
const completeInfo = (value: string, { address, port }: ClientAddress): string => {
  const info = value.length <= maxLength && base64.test(value) ? parseObject(value) : undefined;
  if (!info) {
    throw fail('gateway_header_device_info', {
      field: 'X-Device-Info',
      hint: 'send the Base64 of a JSON object',
    });
  }
  const { connectionPort: _unverified, ...rest } = info;
  const own = { connectionIp: address, ...(port !== undefined && { connectionPort: String(port) }) };
  return Buffer.from(JSON.stringify({ ...rest, ...own })).toString('base64');
};

/** A device sends the same with each call. At most 4 MB, since longer values are not kept. */
const completed = createLru<string>(2_000);
const maxKeptLength = 512;

const readInfo = (ctx: Context, client: ClientAddress): string | undefined => {
  const value = headerOf(ctx, 'x-device-info');
  if (!value) return undefined;
  if (value.length > maxKeptLength) return completeInfo(value, client);
  const key = `${client.address} ${client.port ?? ''} ${value}`;
  const found = completed.get(key);
  if (found !== undefined) return found;
  const info = completeInfo(value, client);
  completed.set(key, info);
  return info;
};

/** Without a schema: this runs for every request, and any JSON object is accepted. */
const parseObject = (value: string): Record<string, unknown> | undefined => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch {
    return undefined;
  }
};

const readPassThrough = (ctx: Context): Device['headers'] => {
  const headers: Device['headers'] = {};
  for (const name of passThroughHeaders) {
    const value = headerOf(ctx, name);
    // The event stream is the gateway's own.
    const isOwn = name === 'accept' && value.includes('text/event-stream');
    if (value && value.length <= maxLength && !isOwn) headers[name] = value;
  }
  return headers;
};

/** The device as this request describes it. Errors: gateway_header_device_identifier, gateway_header_device_info. */
export const readDevice = (ctx: Context): Device => ({
  identifier: readIdentifier(ctx),
  info: readInfo(ctx, ctx.state.client),
  address: ctx.state.client.address,
  headers: readPassThrough(ctx),
});
