import type { JsonObject } from '#src/lib/json';
import type { DeviceContext } from './mvpd-ports.ts';
import { refuse } from './refusal.ts';
import type { Session } from './state.ts';
import type { Switches } from './switches.ts';

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** AP-Device-Identifier: `fingerprint <base64>`, the only type there is. */
export const readDeviceIdentifier = (header: string | string[] | undefined): string => {
  const [type, encoded = '', ...rest] = String(header ?? '').split(' ');
  const stray = encoded.replace(/=+$/, '').length % 4 === 1;
  if (type !== 'fingerprint' || rest.length > 0 || !base64.test(encoded) || stray)
    throw refuse('invalid_header_device_identifier');
  return encoded;
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

/** X-Device-Info as far as it can be read: the platform of a device that says nothing is derived, or unknown. */
export const readDeviceInfo = (header: string | string[] | undefined): JsonObject | null =>
  header === undefined ? null : decodeDeviceInfo(String(header));

/** Error: invalid_header_device_info, for what the switch `deviceInfo` does not let pass. */
export const checkDeviceInfo = (
  header: string | string[] | undefined,
  strictness: Switches['deviceInfo'],
): void => {
  const info = readDeviceInfo(header);
  const complete = info !== null && requiredKeys.every((key) => info[key] !== undefined);
  const holds = {
    any: true,
    decodable: header === undefined || info !== null,
    required: complete,
  };
  if (!holds[strictness]) throw refuse('invalid_header_device_info');
};

/** The device of a session, as the ports to the MVPDs know it. */
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
