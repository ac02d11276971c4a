import { BlockList, isIPv4 } from 'node:net';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

const privateNetworks = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
  ['fe80::', 10],
] as const;

const list = new BlockList();
for (const [network, prefix] of privateNetworks) list.addSubnet(network, prefix, familyOf(network));

/** Whether nobody outside sees this address (RFC 1918, 3927, 6598; RFC 4193, RFC 4291 §2.5.6). Pure. */
export const isPrivate = (address: string): boolean => list.check(address, familyOf(address));
