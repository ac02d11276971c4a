import { isIPv4 } from 'node:net';
import { canonicalAddress, groupsOf } from '#src/lib/ip-address';

/** An address, or the network of its first `prefix` bits. */
export interface Network {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

const entryForm = /^(?<text>[\da-f:.]+)(?:\/(?<length>\d{1,3}))?$/i;

/** An address or a network in CIDR notation; networks of IPv4-mapped addresses are IPv4. Undefined for anything else. */
export const parseNetwork = (entry: string): Network | undefined => {
  const { text = '', length } = entryForm.exec(entry)?.groups ?? {};
  const address = canonicalAddress(text);
  if (address === undefined) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const bits = family === 'ipv4' ? 32 : 128;
  const mapped = family === 'ipv4' && text.includes(':');
  const prefix = length === undefined ? bits : Number(length) - (mapped ? 96 : 0);
  return prefix >= 0 && prefix <= bits ? { family, address, prefix } : undefined;
};

/** Whether these networks together hold every address of a family. */
export const coverEverything = (networks: readonly Network[], family: Network['family']): boolean => {
  const bits = family === 'ipv4' ? 32n : 128n;
  const ranges = networks
    .filter((network) => network.family === family)
    .map(({ address, prefix }) => {
      const rest = bits - BigInt(prefix);
      const first = (numberOf(address) >> rest) << rest;
      return { first, end: first + (1n << rest) };
    })
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let covered = 0n;
  for (const { first, end } of ranges) {
    if (first > covered) return false;
    if (end > covered) covered = end;
  }
  return covered === 1n << bits;
};

const numberOf = (address: string): bigint => {
  const ofFour = isIPv4(address);
  const parts: readonly number[] = ofFour ? address.split('.').map(Number) : groupsOf(address);
  const width = ofFour ? 8n : 16n;
  return parts.reduce((sum, part) => (sum << width) | BigInt(part), 0n);
};
