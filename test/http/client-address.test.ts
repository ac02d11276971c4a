import { describe, expect, test } from 'vitest';
import { createClientAddress } from '#src/http/client-address';
import { createTrustedProxies } from '#src/http/trusted-proxies';

const trusted = createTrustedProxies(['loopback', '10.0.0.0/8', '2001:db8::1']);
const byForwardedFor = createClientAddress({ from: 'xForwardedFor', portHeader: 'X-Client-Port' }, trusted);

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
  expect(byForwardedFor({ address: peer }, { 'x-forwarded-for': forwarded }).address).toBe(expected);
});

test.each([
  ['a device that connects itself', { address: '203.0.113.9', port: 4711 }, undefined, 4711],
  ['a proxy that tells the port', { address: '127.0.0.1', port: 1 }, '203.0.113.9:5000', 5000],
  ['a proxy that tells it of IPv6', { address: '127.0.0.1', port: 1 }, '[2001:db8::7]:5000', 5000],
  ['a proxy that does not', { address: '127.0.0.1', port: 1 }, '203.0.113.9', undefined],
])('the port of %s', (_what, peer, forwarded, expected) => {
  expect(byForwardedFor(peer, { 'x-forwarded-for': forwarded }).port).toBe(expected);
});

test.each([
  ['an address without one', '203.0.113.9', '5000', 5000],
  ['an address with one', '203.0.113.9:4711', '5000', 4711],
  ['no port', '203.0.113.9', '0', undefined],
  ['too large a port', '203.0.113.9', '65536', undefined],
  ['two ports', '203.0.113.9', '5000, 6000', undefined],
  ['no address', undefined, '5000', 1],
  ['an address that is none', 'unknown', '5000', 1],
])('a header with the port, beside %s', (_what, forwarded, port, expected) => {
  const headers = { 'x-forwarded-for': forwarded, 'x-client-port': port };
  expect(byForwardedFor({ address: '127.0.0.1', port: 1 }, headers).port).toBe(expected);
});

test('a stranger tells no port', () => {
  const headers = { 'x-forwarded-for': '6.6.6.6', 'x-client-port': '666' };
  const peer = { address: '203.0.113.9', port: 1 };
  expect(byForwardedFor(peer, headers)).toEqual(peer);
});

describe('Forwarded', () => {
  const read = createClientAddress({ from: 'forwarded' }, trusted);
  const proxy = { address: '127.0.0.1', port: 1 };
  test.each([
    ['for=203.0.113.9', { address: '203.0.113.9' }],
    ['For="203.0.113.9:4711"', { address: '203.0.113.9', port: 4711 }],
    ['for=203.0.113.9:4711;proto=https', { address: '203.0.113.9', port: 4711 }],
    [
      'by=10.0.0.1; for="[2001:DB8:0::7]:4711" ;host="a,b;for=6.6.6.6"',
      { address: '2001:db8::7', port: 4711 },
    ],
    ['for="[2001:db8::7]"', { address: '2001:db8::7' }],
    ['for="203.0.113.9:_port"', { address: '203.0.113.9' }],
    ['for="203\\.0.113.9"', { address: '203.0.113.9' }],
    ['for=6.6.6.6, for=203.0.113.9', { address: '203.0.113.9' }],
    ['for=203.0.113.9, for=10.1.2.3, for=10.1.2.4,', { address: '203.0.113.9' }],
    ['for=6.6.6.6, for=203.0.113.9;host="a\\",b"', { address: '203.0.113.9' }],
    ['for=unknown', proxy],
    ['for=_hidden', proxy],
    ['for=203.0.113.9, for=_secret', proxy],
    ['for=203.0.113.9, proto=https', proxy],
    ['for=203.0.113.9;for=6.6.6.6', proxy],
    ['for=203.0.113.9 6.6.6.6', proxy],
    ['for="203.0.113.9', proxy],
    ['203.0.113.9', proxy],
    ['by="x;for=6.6.6.6;y"', proxy],
    ['for="6.6.6.6, for=203.0.113.9', { address: '203.0.113.9' }],
    ['for="6.6.6.6\\", for="203.0.113.9:80"', { address: '203.0.113.9', port: 80 }],
    [`${'for=6.6.6.6, '.repeat(50)}for=203.0.113.9`, { address: '203.0.113.9' }],
    [`for=203.0.113.9${', for=10.0.0.1'.repeat(40)}`, { address: '10.0.0.1' }],
  ])('%s', (forwarded, expected) => {
    expect(read(proxy, { forwarded })).toEqual(expected);
  });

  test('of a stranger, and other headers, are ignored', () => {
    const stranger = { address: '203.0.113.9' };
    expect(read(stranger, { forwarded: 'for=6.6.6.6' })).toEqual(stranger);
    expect(read(proxy, { 'x-forwarded-for': '6.6.6.6' })).toEqual(proxy);
  });
});

test.each([
  ['203.0.113.9', { address: '203.0.113.9' }],
  [' 203.0.113.9:4711', { address: '203.0.113.9', port: 4711 }],
  ['6.6.6.6, 203.0.113.9', { address: '127.0.0.1' }],
  ['10.1.2.3', { address: '10.1.2.3' }],
])('a header by name: %s', (value, expected) => {
  const read = createClientAddress({ from: 'header', name: 'CF-Connecting-IP' }, trusted);
  const headers = { 'cf-connecting-ip': value, 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6' };
  expect(read({ address: '127.0.0.1' }, headers)).toEqual(expected);
  expect(read({ address: '203.0.113.1' }, headers)).toEqual({ address: '203.0.113.1' });
});

test('with the PROXY protocol no header is read', () => {
  const read = createClientAddress({ from: 'proxyProtocol' }, trusted);
  const peer = { address: '127.0.0.1', port: 4711 };
  expect(read(peer, { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6' })).toEqual(peer);
});
