import { expect, test } from 'vitest';
import { canonicalAddress, networkOf } from '#src/lib/ip-address';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8:0:0:1:0:0:7', '2001:db8::1:0:0:7'],
  ['2001:0db8:0000:0000:0001:0000:0000:0007', '2001:db8::1:0:0:7'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:CB00:7109', '203.0.113.9'],
  ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
  ['64:ff9b::203.0.113.9', '64:ff9b::cb00:7109'],
  ['fe80::1%eth0', undefined],
  ['203.0.113.09', undefined],
  ['203.0.113', undefined],
  ['[::1]', undefined],
  ['unknown', undefined],
  ['', undefined],
])('%j is %s', (text, expected) => expect(canonicalAddress(text)).toBe(expected));

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:0:1::7', '2001:db8:0:1::/64'],
  ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
