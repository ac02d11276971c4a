import { expect, test } from 'vitest';
import { clientAddress, createTrustedProxies } from '#src/http/client-address';

const trusted = createTrustedProxies(['loopback', '10.0.0.0/8', '2001:db8::1']);

test.each([
  ['nobody between', '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger who claims', '203.0.113.9', '6.6.6.6', '203.0.113.9'],
  ['a trusted proxy', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a chain of trusted proxies', '127.0.0.1', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ['a claim left of the truth', '127.0.0.1', '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['nonsense behind a proxy', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['nonsense left of the truth', '127.0.0.1', 'javascript:1, 203.0.113.9', '203.0.113.9'],
  ['an empty list', '127.0.0.1', ',,,', '127.0.0.1'],
  ['a trailing comma', '127.0.0.1', '203.0.113.9,', '203.0.113.9'],
  ['empty entries between', '127.0.0.1', '203.0.113.9, , ,10.1.2.3, ', '203.0.113.9'],
  ['an IPv4 peer in IPv6 form', '::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['an IPv4 peer in hexadecimal IPv6 form', '::ffff:7f00:1', '203.0.113.9', '203.0.113.9'],
  ['an IPv4 device in IPv6 form', '127.0.0.1', '::FFFF:203.0.113.9', '203.0.113.9'],
  ['a long spelling of an IPv6 device', '127.0.0.1', '2001:0DB8:0:0:1::7', '2001:db8::1:0:0:7'],
  ['a long spelling of an IPv6 proxy', '2001:db8:0:0:0:0:0:1', '203.0.113.9', '203.0.113.9'],
  ['a link-local peer', 'fe80::1%eth0', '203.0.113.9', 'fe80::1'],
  ['a port that is none', '127.0.0.1', '203.0.113.9:70000', '127.0.0.1'],
  ['an IPv6 proxy and device', '2001:db8::1', '2001:db8:0:1::7', '2001:db8:0:1::7'],
  ['an IPv6 zone', '127.0.0.1', 'fe80::1%eth0', '127.0.0.1'],
  ['fifty claims', '127.0.0.1', `${'6.6.6.6, '.repeat(50)}203.0.113.9`, '203.0.113.9'],
])('%s', (_what, peer, forwarded, expected) => {
  expect(clientAddress({ address: peer }, forwarded, trusted).address).toBe(expected);
});

test.each([
  ['a device that connects itself', { address: '203.0.113.9', port: 4711 }, undefined, 4711],
  ['a proxy that tells the port', { address: '127.0.0.1', port: 1 }, '203.0.113.9:5000', 5000],
  ['a proxy that tells it of IPv6', { address: '127.0.0.1', port: 1 }, '[2001:db8::7]:5000', 5000],
  ['a proxy that does not', { address: '127.0.0.1', port: 1 }, '203.0.113.9', undefined],
])('the port of %s', (_what, peer, forwarded, expected) => {
  expect(clientAddress(peer, forwarded, trusted).port).toBe(expected);
});
