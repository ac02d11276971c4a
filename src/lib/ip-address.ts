import { isIP, isIPv4 } from 'node:net';

/** One spelling per address: lower case, compressed, IPv4-mapped as IPv4. Undefined for anything else, and for zones. */
export const canonicalAddress = (text: string): string | undefined => {
  if (isIPv4(text)) return text;
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : address;
};

/** Whether a host name or address is this machine under any circumstances: `localhost`, 127.0.0.0/8, ::1. */
export const isLoopback = (host: string): boolean => {
  const address = canonicalAddress(host) ?? host.toLowerCase();
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));
};

/**
 * What one subscriber has: an IPv4 address, or the /64 network of an IPv6 address, whose other half every device
 * chooses for itself.
 */
export const networkOf = (address: string): string => {
  const canonical = canonicalAddress(address) ?? address;
  if (isIP(canonical) !== 6) return canonical;
  const network = groupsOf(canonical).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
};

/** The eight groups of a canonical IPv6 address. */
export const groupsOf = (address: string): readonly number[] => {
  const [left = [], right] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...(right ?? [])].map((group) => parseInt(group, 16));
};
