import { isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address, without leading zeros. */
const groupsOf = (address: string): readonly string[] => {
  // The URL parser writes the one canonical form, also of addresses that end like IPv4.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const [left, right] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? 0 : 8 - (left?.length ?? 0) - (right?.length ?? 0);
  return [...(left ?? []), ...Array<string>(zeros).fill('0'), ...(right ?? [])];
};

/** The network that one household or subscriber has: an IPv4 address, or an IPv6 /64. */
export const networkOf = (address: string): string =>
  isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;

/** `203.0.113.•`, `2001:db8:1:…`: enough to recognize a network, without naming a line. */
export const maskAddress = (address: string): string =>
  isIPv6(address) ? `${groupsOf(address).slice(0, 3).join(':')}:…` : address.replace(/\d+$/, '•');
