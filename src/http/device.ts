import { type Device, passThroughHeaders } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import type { ClientAddress } from './client-address.ts';
import type { Context } from './context.ts';

/** `fingerprint <base64 of the device's id>`: the only type that REST V2 documents. */
const identifierForm = /^fingerprint ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?)$/;
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const maxLength = 4096;

const readIdentifier = (ctx: Context): string | undefined => {
  const value = ctx.get('AP-Device-Identifier');
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
const readInfo = (ctx: Context, { address, port }: ClientAddress): string | undefined => {
  const value = ctx.get('X-Device-Info');
  if (!value) return undefined;
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

const readPassThrough = (ctx: Context): Device['headers'] =>
  Object.fromEntries(
    passThroughHeaders.flatMap((name) => {
      const value = ctx.get(name);
      // The event stream is the gateway's own.
      if (name === 'accept' && value.includes('text/event-stream')) return [];
      return value && value.length <= maxLength ? [[name, value]] : [];
    }),
  );

/** The device as this request describes it. Errors: gateway_header_device_identifier, gateway_header_device_info. */
export const readDevice = (ctx: Context): Device => ({
  identifier: readIdentifier(ctx),
  info: readInfo(ctx, ctx.state.client),
  address: ctx.state.client.address,
  headers: readPassThrough(ctx),
});
