import { describeUserAgent } from './user-agent.ts';

/**
 * Keys of X-Device-Info that every app must send, and values that Adobe knows of keys that tell the platform
 * (Adobe Pass, REST API V2, header X-Device-Info).
 */
const hardwareTypes = [
  'Camera',
  'DataCollectionTerminal',
  'Desktop',
  'EmbeddedNetworkModule',
  'eReader',
  'GamesConsole',
  'GeolocationTracker',
  'Glasses',
  'MediaPlayer',
  'MobilePhone',
  'PaymentTerminal',
  'PluginModem',
  'SetTopBox',
  'TV',
  'Tablet',
  'WirelessHotspot',
  'Wristwatch',
] as const;

const osNames = [
  'Android',
  'Chrome OS',
  'Linux',
  'Mac OS',
  'OS X',
  'OpenBSD',
  'Roku OS',
  'Windows',
  'iOS',
  'tvOS',
  'webOS',
] as const;

const osFamilies = [
  'Android',
  'BSD',
  'Linux',
  'PlayStation OS',
  'Roku OS',
  'Symbian',
  'Tizen',
  'Windows',
  'iOS',
  'tvOS',
  'macOS',
  'webOS',
] as const;

const required = {
  model: 'missing_model',
  version: 'missing_version',
  osName: 'missing_os_name',
  osVersion: 'missing_os_version',
  connectionType: 'missing_connection_type',
} as const;

const platform: readonly (readonly [key: string, known: ReadonlySet<unknown>])[] = [
  ['primaryHardwareType', new Set<unknown>(hardwareTypes)],
  // Some systems, such as Tizen, are listed as families only.
  ['osName', new Set<unknown>([...osNames, ...osFamilies])],
  ['osFamily', new Set<unknown>(osFamilies)],
];

/**
 * What keeps Adobe from knowing a device, which then falls under stricter rules, such as shorter lifetimes:
 * - `absent`: an app that is not a browser does not describe its device;
 * - `unreadable`: not Base64 of a JSON object;
 * - `unknown_platform`: hardware or operating system has a value that Adobe does not list;
 * - `missing_…`: a required key is missing;
 * - `no_port`: an MVPD needs the source port, which nobody knows.
 */
export type DeviceProblem =
  | 'absent'
  | 'unreadable'
  | 'unknown_platform'
  | 'no_port'
  | (typeof required)[keyof typeof required];

/** The problems of a description. Pure. */
export const problemsOf = (info: Readonly<Record<string, unknown>>): readonly DeviceProblem[] => {
  const isUnknown = platform.some(([key, known]) => info[key] !== undefined && !known.has(info[key]));
  const missing = Object.entries(required).flatMap(([key, problem]) =>
    info[key] === undefined || info[key] === '' ? [problem] : [],
  );
  return [...(isUnknown ? (['unknown_platform'] as const) : []), ...missing];
};

const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** The description that a value of X-Device-Info is the Base64 of: any JSON object. Pure. */
export const readDescription = (value: string): Readonly<Record<string, unknown>> | undefined => {
  if (!base64.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch {
    return undefined;
  }
};

const platformKeys = ['primaryHardwareType', 'osName', 'osFamily'] as const;

/** The words by which a device tells its platform in X-Device-Info, or without that in its User-Agent. Pure. */
export const platformWords = (info: string | undefined, userAgent = ''): readonly string[] => {
  const facts = info === undefined ? describeUserAgent(userAgent) : readDescription(info);
  return platformKeys.flatMap((key) => {
    const word = facts?.[key];
    return typeof word === 'string' ? [word] : [];
  });
};
