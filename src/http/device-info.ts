import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { type DeviceProblem, problemsOf, readDescription } from '#src/rest-v2/device-info';
import { describeUserAgent } from '#src/rest-v2/user-agent';
import type { ClientAddress } from './client-address.ts';

/** X-Device-Info as Adobe gets it. */
export interface DeviceInfo {
  readonly value?: string;
  readonly problems: readonly DeviceProblem[];
  /** Whether it has the source port of the device's connection. */
  readonly hasPort: boolean;
}

interface Settings {
  readonly deviceInfo: 'lenient' | 'strict';
  readonly missingDeviceInfo: 'leaveToAdobe' | 'fromUserAgent';
}

interface Received {
  /** Empty if there is none. */
  readonly value: string;
  readonly userAgent: string;
  readonly client: ClientAddress;
}

/** Adobe finds out about browsers by their User-Agent. */
const absent = {
  fromApp: { problems: ['absent'], hasPort: false },
  fromBrowser: { problems: [], hasPort: false },
} as const;

/** At most 4 MB, since longer values are not kept. A device sends the same with each call. */
const maxKept = 2_000;
const maxKeptLength = 512;

/**
 * Reads X-Device-Info. `connectionIp` and `connectionPort`, which Adobe needs for home-based authentication, are those of
 * the connection; an app's own port stands where the connection's is not known. Errors: invalid_header_device_info.
 */
export const createReadDeviceInfo = ({ deviceInfo, missingDeviceInfo }: Settings) => {
  const completed = createLru<DeviceInfo>(maxKept);
  const isStrict = deviceInfo === 'strict';
  const derives = missingDeviceInfo === 'fromUserAgent';
  return ({ value, userAgent, client }: Received): DeviceInfo => {
    const source = value || (derives ? userAgent : '');
    if (!source) return without(userAgent);
    const read = () => (value ? complete(value, client, isStrict) : derive(userAgent, client));
    if (source.length > maxKeptLength) return read();
    // No X-Device-Info that is read has a space.
    const key = `${client.address} ${client.port ?? ''} ${value ? '' : ' '}${source}`;
    const found = completed.get(key);
    if (found !== undefined) return found;
    const info = read();
    completed.set(key, info);
    return info;
  };
};

const without = (userAgent: string): DeviceInfo =>
  userAgent.startsWith('Mozilla/') ? absent.fromBrowser : absent.fromApp;

const derive = (userAgent: string, client: ClientAddress): DeviceInfo => {
  const facts = describeUserAgent(userAgent);
  return facts ? { ...describe(facts, client), problems: without(userAgent).problems } : without(userAgent);
};

/** A value that cannot be read passes as it is, unless it may hold an address or port that cannot be replaced. */
const complete = (value: string, client: ClientAddress, isStrict: boolean): DeviceInfo => {
  const info = readDescription(value);
  if (info) return describe(info, client);
  if (!isStrict && !mentionsConnection(value)) return { value, problems: ['unreadable'], hasPort: false };
  throw fail('invalid_header_device_info', {
    field: 'X-Device-Info',
    hint: isStrict
      ? 'send the Base64 of a JSON object'
      : 'send the Base64 of a JSON object, or leave out connectionIp and connectionPort',
  });
};

const connectionKey = /^connection(ip|port)$/i;

const describe = (info: Readonly<Record<string, unknown>>, client: ClientAddress): DeviceInfo => {
  const rest = Object.entries(info).filter(([key]) => !connectionKey.test(key));
  const port = client.port === undefined ? portOf(info['connectionPort']) : String(client.port);
  const completed = Object.fromEntries([
    ...rest,
    ['connectionIp', client.address],
    ...(port === undefined ? [] : [['connectionPort', port]]),
  ]);
  return {
    value: Buffer.from(JSON.stringify(completed)).toString('base64'),
    problems: problemsOf(info),
    hasPort: port !== undefined,
  };
};

const portOf = (claimed: unknown): string | undefined => {
  const text = typeof claimed === 'string' || typeof claimed === 'number' ? String(claimed) : '';
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? text : undefined;
};

/**
 * Whether any reader could find an address or port of the connection in this text: one that knows no Base64, or skips
 * what is not of it, or reads on after padding; or that takes escaped letters, or two bytes each.
 */
const mentionsConnection = (value: string): boolean =>
  [value, ...[value, ...value.split('=')].map((part) => Buffer.from(part, 'base64').toString('latin1'))]
    .map((text) => text.replace(/\\u00([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16))))
    .some((text) => /connection(ip|port)/i.test(text.replace(/[^a-z]/gi, '')));
