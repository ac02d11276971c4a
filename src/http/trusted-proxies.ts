import { BlockList, isIPv4 } from 'node:net';
import { parseNetwork } from '#src/config/networks';
import { canonicalAddress } from '#src/lib/ip-address';
import { createLru } from '#src/lib/lru';

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

/** The address of a connection, without the zone of a link-local one. */
export const peerAddress = (address: string): string => {
  if (isIPv4(address)) return address;
  const [plain = address] = address.split('%');
  return canonicalAddress(plain) ?? plain;
};
