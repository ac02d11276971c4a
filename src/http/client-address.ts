import { BlockList, isIPv4 } from 'node:net';
import { parseNetwork } from '#src/config/networks';
import { canonicalAddress } from '#src/lib/ip-address';
import { createLru } from '#src/lib/lru';

export interface ClientAddress {
  readonly address: string;
  /** The source port, if known from the connection or the proxy. */
  readonly port?: number;
}

export interface TrustedProxies {
  includes(address: string): boolean;
}

/** `loopback`, single addresses, and networks in CIDR notation. */
export const createTrustedProxies = (entries: readonly string[]): TrustedProxies => {
  const list = new BlockList();
  for (const entry of entries.flatMap((entry) => (entry === 'loopback' ? ['127.0.0.0/8', '::1'] : [entry]))) {
    const network = parseNetwork(entry);
    if (network) list.addSubnet(network.address, network.prefix, network.family);
  }
  // A proxy sends many requests, and the list asks native code.
  const known = createLru<boolean>(1_000);
  return {
    includes: (address) => {
      const found = known.get(address);
      if (found !== undefined) return found;
      const included = list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
      known.set(address, included);
      return included;
    },
  };
};

/** One X-Forwarded-For entry: an address, or an address with the source port as some proxies write it. */
const parseEntry = (text: string): ClientAddress | undefined => {
  if (text.length > 64) return undefined;
  const [, host = text, port] =
    /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text) ?? /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
  const address = canonicalAddress(host);
  if (address === undefined || Number(port ?? 0) > 65_535) return undefined;
  return { address, ...(port !== undefined && { port: Number(port) }) };
};

/** The address of a connection, without the zone of a link-local one. */
export const peerAddress = (address: string): string => {
  if (isIPv4(address)) return address;
  const [plain = address] = address.split('%');
  return canonicalAddress(plain) ?? plain;
};

/**
 * The device's own address: the peer, unless it is a trusted proxy; then the first entry of X-Forwarded-For from the
 * right that is not one. Empty entries are no entries (RFC 9110 §5.6.1); those further left and malformed ones are not
 * trusted.
 */
export const clientAddress = (
  peer: ClientAddress,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): ClientAddress => {
  let current: ClientAddress = { ...peer, address: peerAddress(peer.address) };
  if (forwardedFor === undefined || !trusted.includes(current.address)) return current;
  const entries = forwardedFor.split(',').map((entry) => entry.trim());
  for (const entry of entries.filter(Boolean).slice(-32).reverse()) {
    if (!trusted.includes(current.address)) break;
    const next = parseEntry(entry);
    if (!next) break;
    current = next;
  }
  return current;
};
