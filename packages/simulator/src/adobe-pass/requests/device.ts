import type { JsonObject } from '#src/lib/json';
import { refuse } from '../errors/refusal.ts';
import type { DeviceContext } from '../mvpd-ports.ts';
import type { Switches } from '../switches.ts';
import { factsOfUserAgent } from './user-agent.ts';

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** AP-Device-Identifier: `fingerprint <base64>`, the only documented type. Error: invalid_header_device_identifier. */
export const readDeviceIdentifier = (header: string | string[] | undefined): string => {
  const [type, encoded = '', ...rest] = String(header ?? '').split(' ');
  const isTruncated = encoded.replace(/=+$/, '').length % 4 === 1;
  if (type !== 'fingerprint' || rest.length > 0 || !base64.test(encoded) || isTruncated)
    throw refuse('invalid_header_device_identifier');
  return encoded;
};

/** The identifier before it was encoded; null if it is no text. */
export const decodeDeviceIdentifier = (encoded: string): string | null => {
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : null;
};

const decodeDeviceInfo = (encoded: string): JsonObject | null => {
  try {
    const info: unknown = base64.test(encoded) && JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return typeof info === 'object' && info !== null && !Array.isArray(info) ? (info as JsonObject) : null;
  } catch {
    return null;
  }
};

const requiredKeys = ['model', 'version', 'osName', 'osVersion', 'connectionType'];

/** X-Device-Info, decoded; null if absent or unreadable, since Adobe then derives the platform or leaves it unknown. */
export const readDeviceInfo = (header: string | string[] | undefined): JsonObject | null =>
  header === undefined ? null : decodeDeviceInfo(String(header));

/** X-Device-Info, completed from the User-Agent where it lacks a value. */
export const deviceFacts = (
  deviceInfo: string | string[] | null | undefined,
  userAgent: string | null | undefined,
): JsonObject => ({ ...factsOfUserAgent(userAgent ?? ''), ...readDeviceInfo(deviceInfo ?? undefined) });

/** Error: invalid_header_device_info, for a value that the switch `deviceInfo` does not accept. */
export const checkDeviceInfo = (
  header: string | string[] | undefined,
  strictness: Switches['deviceInfo'],
): void => {
  const info = readDeviceInfo(header);
  const complete = info !== null && requiredKeys.every((key) => info[key] !== undefined);
  const accepted = {
    any: true,
    decodable: header === undefined || info !== null,
    required: complete,
  };
  if (!accepted[strictness]) throw refuse('invalid_header_device_info');
};

/** The device as the MVPD ports describe it. */
export const deviceContext = ({
  device,
  deviceInfo,
  address,
}: {
  device: string;
  deviceInfo: string | string[] | null | undefined;
  address: string;
}): DeviceContext => {
  const info = readDeviceInfo(deviceInfo ?? undefined);
  const text = (key: string): string | null => (info?.[key] === undefined ? null : String(info[key]));
  return {
    identifier: device,
    address: text('connectionIp') ?? address,
    port: text('connectionPort'),
    info,
  };
};
