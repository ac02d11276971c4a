import type { JsonObject } from '#src/lib/json';
import { refuse } from './refusal.ts';
import type { Session } from './state.ts';

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** AP-Device-Identifier: `fingerprint <base64>`, the only type there is. */
export const readDeviceIdentifier = (header: string | string[] | undefined): string => {
  const [type, encoded = '', ...rest] = String(header ?? '').split(' ');
  const stray = encoded.replace(/=+$/, '').length % 4 === 1;
  if (type !== 'fingerprint' || rest.length > 0 || !base64.test(encoded) || stray)
    throw refuse('invalid_header_device_identifier');
  return encoded;
};

/** X-Device-Info: Base64 of a JSON object. Absent is allowed: the platform is then derived from the request. */
export const readDeviceInfo = (header: string | string[] | undefined): JsonObject | null => {
  if (header === undefined) return null;
  const encoded = String(header);
  try {
    const info: unknown = base64.test(encoded) && JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    if (typeof info === 'object' && info !== null && !Array.isArray(info)) return info as JsonObject;
  } catch {
    // undecodable: refused below
  }
  throw refuse('invalid_header_device_info');
};

const version = (value: string | null) => {
  const [major = 0, minor = 0, patch = 0] = (value ?? '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
  return { major, minor, patch, profile: '' };
};

/** The `device` of a session's status. */
export const describeDevice = (session: Session) => {
  const info = readDeviceInfo(session.deviceInfo ?? undefined) ?? {};
  const text = (key: string): string | null => (info[key] === undefined ? null : String(info[key]));
  const number = (key: string): number => Number(info[key]) || 0;
  const userAgent = text('userAgent') ?? session.userAgent;
  return {
    type: text('primaryHardwareType') ?? 'Unknown',
    model: text('model'),
    version: version(text('version')),
    hardware: {
      name: null,
      vendor: text('vendor'),
      version: version(null),
      manufacturer: text('manufacturer'),
    },
    operatingSystem: {
      name: text('osName'),
      family: text('osFamily'),
      vendor: text('osVendor'),
      version: version(text('osVersion')),
    },
    browser: {
      name: text('browserName'),
      vendor: text('browserVendor'),
      version: version(text('browserVersion')),
      userAgent,
      originalUserAgent: session.userAgent,
    },
    display: {
      width: number('displayWidth'),
      height: number('displayHeight'),
      ppi: number('displayPpi'),
      name: 'DISPLAY',
      vendor: null,
      version: null,
      diagonalSize: info['diagonalScreenSize'] === undefined ? null : number('diagonalScreenSize'),
    },
    applicationId: text('applicationId'),
    connection: {
      ipAddress: text('connectionIp') ?? session.address,
      port: text('connectionPort'),
      secure: text('connectionSecure') === 'true',
      type: text('connectionType'),
    },
  };
};
