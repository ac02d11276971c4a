import { BlockList, isIP } from 'node:net';

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
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return { includes: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') };
};

/** IPv4-mapped IPv6 is IPv4: one device must not have two budgets. */
const canonical = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

/** One X-Forwarded-For entry: an address, or an address with the source port as some proxies write it. */
const parseEntry = (entry: string): ClientAddress | undefined => {
  const text = entry.trim();
  if (text.length > 64) return undefined;
  const [, host = text, port] =
    /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text) ?? /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
  const address = canonical(host);
  if (isIP(address) === 0 || address.includes('%')) return undefined;
  return { address, ...(port !== undefined && { port: Number(port) }) };
};

/**
 * The device's own address: the peer, unless it is a trusted proxy; then the first entry of X-Forwarded-For from the
 * right that is not one. Entries further left and malformed ones are not trusted.
 */
export const clientAddress = (
  peer: ClientAddress,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): ClientAddress => {
  let current: ClientAddress = { ...peer, address: canonical(peer.address) };
  const entries = forwardedFor?.split(',').slice(-32).reverse() ?? [];
  for (const entry of entries) {
    if (!trusted.includes(current.address)) break;
    const next = parseEntry(entry);
    if (!next) break;
    current = next;
  }
  return current;
};
