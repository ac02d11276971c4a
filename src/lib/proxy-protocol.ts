import { isIPv4 } from 'node:net';
import { canonicalAddress } from './ip-address.ts';

interface Source {
  readonly address: string;
  readonly port: number;
}

/** The header that a proxy sends first on a connection. */
export interface ProxyHeader {
  /** Bytes that it takes; what follows is the client's. */
  readonly length: number;
  /** Where the client connects from. Absent if the proxy connects for itself, or does not know. */
  readonly source?: Source;
}

const prefix1 = Buffer.from('PROXY ');
const maxLength1 = 107;
const line1 = /^PROXY (?:UNKNOWN(?: .*)?|TCP([46]) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4}))$/;

const prefix2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n');
/** A proxy that adds more than this (certificates, for example) is refused. */
const maxLength2 = 4_096;

const startsLike = (bytes: Buffer, prefix: Buffer): boolean => {
  const length = Math.min(bytes.length, prefix.length);
  return bytes.subarray(0, length).equals(prefix.subarray(0, length));
};

/**
 * The header of the PROXY protocol, version 1 or 2 (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt), at the
 * beginning of a connection. `incomplete` asks for more bytes. Pure.
 */
export const parseProxyHeader = (bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' => {
  if (startsLike(bytes, prefix1)) return bytes.length < prefix1.length ? 'incomplete' : parseVersion1(bytes);
  if (startsLike(bytes, prefix2)) return bytes.length < 16 ? 'incomplete' : parseVersion2(bytes);
  return 'invalid';
};

const parseVersion1 = (bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' => {
  const end = bytes.subarray(0, maxLength1).indexOf('\r\n');
  if (end === -1) return bytes.length < maxLength1 ? 'incomplete' : 'invalid';
  const [whole, family, address = '', destination = '', port, destinationPort] =
    line1.exec(bytes.toString('latin1', 0, end)) ?? [];
  const length = end + 2;
  if (whole === undefined) return 'invalid';
  if (family === undefined) return { length };
  const isAddress = (text: string) =>
    isIPv4(text) === (family === '4') && canonicalAddress(text) !== undefined;
  const isPort = (text: string | undefined) => Number(text) <= 65_535;
  if (![address, destination].every(isAddress) || ![port, destinationPort].every(isPort)) return 'invalid';
  return { length, source: sourceOf(address, Number(port)) };
};

/** Bytes of addresses and ports, by the byte of family and protocol. UDP and Unix sockets do not carry HTTP. */
const families: Readonly<Record<number, 0 | 4 | 16>> = { 0: 0, 17: 4, 33: 16 };

const parseVersion2 = (bytes: Buffer): ProxyHeader | 'incomplete' | 'invalid' => {
  const length = 16 + bytes.readUInt16BE(14);
  const [isLocal, isProxy] = [bytes[12] === 0x20, bytes[12] === 0x21];
  if (length > maxLength2 || (!isLocal && !isProxy)) return 'invalid';
  const width = isLocal ? 0 : families[bytes[13] ?? -1];
  if (width === undefined || length < 16 + (width > 0 ? 2 * width + 4 : 0)) return 'invalid';
  if (bytes.length < length) return 'incomplete';
  if (width === 0) return { length };
  const address = bytes.subarray(16, 16 + width);
  return { length, source: sourceOf(textOf(address), bytes.readUInt16BE(16 + 2 * width)) };
};

const textOf = (address: Buffer): string =>
  address.length === 4 ? [...address].join('.') : (address.toString('hex').match(/.{4}/g) ?? []).join(':');

const sourceOf = (address: string, port: number): Source => ({
  address: canonicalAddress(address) ?? address,
  port,
});
