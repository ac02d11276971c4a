import { type Device, isDeviceIdentifier, passThroughHeaders } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import type { Context, GatewayState } from './context.ts';
import { createReadDeviceInfo, type DeviceInfo } from './device-info.ts';
import { headerOf } from './header.ts';

const maxLength = 4096;

type Request = Pick<Context, 'req'> & { readonly state: Pick<GatewayState, 'client'> };

const readIdentifier = (ctx: Request): string | undefined => {
  const value = headerOf(ctx, 'ap-device-identifier');
  if (!value) return undefined;
  if (value.length <= maxLength && isDeviceIdentifier(value)) return value;
  throw fail('invalid_header_device_identifier', {
    field: 'AP-Device-Identifier',
    hint: 'send "fingerprint " and the Base64 of the device\'s id',
  });
};

const readPassThrough = (ctx: Request): Device['headers'] => {
  const headers: Device['headers'] = {};
  for (const name of passThroughHeaders) {
    const value = headerOf(ctx, name);
    // The event stream is the gateway's own.
    const isOwn = name === 'accept' && value.includes('text/event-stream');
    if (value && !isOwn) headers[name] = value;
  }
  return headers;
};

/** The device as a request describes it. */
export interface DescribedDevice {
  readonly device: Device;
  readonly info: DeviceInfo;
}

export type ReadDevice = (ctx: Request) => DescribedDevice;

/** Errors: invalid_header_device_identifier, invalid_header_device_info. */
export const createReadDevice = (settings: Parameters<typeof createReadDeviceInfo>[0]): ReadDevice => {
  const readInfo = createReadDeviceInfo(settings);
  return (ctx) => {
    const { client } = ctx.state;
    const identifier = readIdentifier(ctx);
    const info = readInfo({
      value: headerOf(ctx, 'x-device-info'),
      userAgent: headerOf(ctx, 'user-agent'),
      client,
    });
    const headers = readPassThrough(ctx);
    const { address, country } = client;
    const device = { identifier, info: info.value, address, headers, ...(country && { country }) };
    return { device, info };
  };
};
