import { deviceFacts } from '../requests/device.ts';
import type { Session } from '../state.ts';

const version = (value: string | null) => {
  const [major = 0, minor = 0, patch = 0] = (value ?? '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
  return { major, minor, patch, profile: '' };
};

/** The `device` member of a session status: what the device sent, and what its User-Agent tells. */
export const describeDevice = (session: Session) => {
  const info = deviceFacts(session.deviceInfo, session.userAgent);
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
