import type Koa from 'koa';
import { z } from 'zod';
import { networkOf } from '#src/lib/ip-address';
import { maskNetwork } from '#src/web/mask-network';
import type { DeviceRequest } from '#src/web/pages/approve-device';
import { type StreamingDevice, streamingDeviceSchema } from './streaming-device.ts';

/** What is known about a device that asked for a code. */
const factsSchema = z.object({
  /** Milliseconds. */
  requestedAt: z.number(),
  address: z.string(),
  /** As the device describes itself. */
  description: z.string().nullable(),
  /** Absent where it does not identify itself as Adobe's clients do. */
  streaming: streamingDeviceSchema.exactOptional(),
});

export type DeviceFacts = z.infer<typeof factsSchema>;

const maxHeader = 4096;
const maxDescription = 60;

/** One short line of visible characters. */
const clean = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();

const field = z.string().max(200).transform(clean).catch('');

/** The documented fields of Adobe's X-Device-Info that name a device. */
const infoSchema = z.object({ manufacturer: field, vendor: field, model: field, primaryHardwareType: field });

const readInfo = (header: string): string => {
  if (header === '' || header.length > maxHeader) return '';
  try {
    const info = infoSchema.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
    const name = [info.manufacturer || info.vendor, info.model].filter(Boolean).join(' ');
    if (name === '') return info.primaryHardwareType;
    return info.primaryHardwareType === '' ? name : `${name} (${info.primaryHardwareType})`;
  } catch {
    return '';
  }
};

/** Without the versions and engines that tell a viewer nothing: `Roku`, or the words in the first parentheses. */
const readUserAgent = (header: string): string => {
  const [, platform] = /^Mozilla\/[\d.]+ \(([^)]{1,200})\)/.exec(header) ?? [];
  return clean(platform ?? /^[\w. -]{1,60}/.exec(header)?.[0] ?? '');
};

/** Text for the approval page, from headers that anybody can write; null if they say nothing. */
export const describeDevice = (headers: {
  readonly info: string;
  readonly userAgent: string;
}): string | null => {
  const text = readInfo(headers.info) || readUserAgent(headers.userAgent.slice(0, maxHeader));
  return text === '' ? null : [...text].slice(0, maxDescription).join('');
};

/** The facts of a device authorization request. */
export const deviceFactsOf = (
  ctx: Pick<Koa.Context, 'get' | 'ip'>,
  { now, streaming }: { readonly now: number; readonly streaming: StreamingDevice | undefined },
): DeviceFacts => ({
  requestedAt: now,
  address: ctx.ip,
  description: describeDevice({ info: ctx.get('X-Device-Info'), userAgent: ctx.get('User-Agent') }),
  ...(streaming && { streaming }),
});

/** What was stored with a device code; undefined for a code of an earlier version. */
export const parseDeviceFacts = (stored: unknown): DeviceFacts | undefined =>
  factsSchema.safeParse(stored).data;

/** What the approval page says about the request to a viewer at `address`. */
export const deviceRequest = (
  stored: unknown,
  { address, now }: { readonly address: string; readonly now: number },
): DeviceRequest | undefined => {
  const facts = parseDeviceFacts(stored);
  if (!facts) return undefined;
  const network = networkOf(facts.address);
  return {
    device: facts.description,
    network: network === networkOf(address) ? null : maskNetwork(network),
    minutesAgo: Math.max(0, Math.floor((now - facts.requestedAt) / 60_000)),
  };
};
