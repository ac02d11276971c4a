import { describe, expect, test } from 'vitest';
import { parseProxyHeader } from '#src/lib/proxy-protocol';
import { randomFrom } from '../support/random-from.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const signature = '0d0a0d0a000d0a515549540a';
const source = { address: '203.0.113.9', port: 4711 };

describe('version 1', () => {
  test.each([
    ['PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n', source],
    ['PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n', { address: '2001:db8::7', port: 4711 }],
    ['PROXY TCP6 ::ffff:203.0.113.9 2001:DB8::1 4711 443\r\n', source],
    ['PROXY UNKNOWN\r\n', undefined],
    ['PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n', undefined],
  ])('%j', (line, from) => {
    const bytes = Buffer.from(`${line}GET / HTTP/1.1\r\n`);
    expect(parseProxyHeader(bytes)).toEqual({ length: line.length, ...(from && { source: from }) });
    for (let length = 0; length < line.length; length += 1)
      expect(parseProxyHeader(bytes.subarray(0, length))).toBe('incomplete');
  });

  test.each([
    'GET / HTTP/1.1\r\n',
    'PROXY\r\n',
    'PROXY TCP4\r\n',
    'PROXY TCP5 203.0.113.9 192.0.2.1 4711 443\r\n',
    'PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n',
    'PROXY TCP4 203.0.113.9 192.0.2.1 4711 443 1\r\n',
    'PROXY TCP4  203.0.113.9 192.0.2.1 4711 443\r\n',
    'PROXY TCP4 203.0.113.9 192.0.2.1 65536 443\r\n',
    'PROXY TCP4 203.0.113.9 192.0.2.1 4711 65536\r\n',
    'PROXY TCP4 203.0.113.9 192.0.2.1 04711 443\r\n',
    'PROXY TCP4 2001:db8::7 2001:db8::1 4711 443\r\n',
    'PROXY TCP6 203.0.113.9 192.0.2.1 4711 443\r\n',
    'PROXY TCP6 fe80::1%eth0 2001:db8::1 4711 443\r\n',
    'PROXY TCP4 203.0.113.9 host 4711 443\r\n',
    `PROXY UNKNOWN ${'x'.repeat(92)}\r\n`,
    'proxy TCP4 203.0.113.9 192.0.2.1 4711 443\r\n',
  ])('%j is not valid', (line) => {
    expect(parseProxyHeader(Buffer.from(line))).toBe('invalid');
  });

  test('a line may have 107 bytes', () => {
    const line = `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`;
    expect(parseProxyHeader(Buffer.from(line))).toEqual({ length: 107 });
  });
});

describe('version 2', () => {
  const v4 = 'cb007109 c0000201 1267 01bb';
  const v6 = `20010db8000000000000000000000007 20010db8000000000000000000000001 1267 01bb`;
  test.each([
    ['TCP over IPv4', `21 11 000c ${v4}`, source],
    ['TCP over IPv4 with a TLV', `21 11 0010 ${v4} 04 0001 00`, source],
    ['TCP over IPv6', `21 21 0024 ${v6}`, { address: '2001:db8::7', port: 4711 }],
    ['an unspecified protocol', '21 00 0003 000000', undefined],
    ['LOCAL', `20 11 000c ${v4}`, undefined],
    ['LOCAL without addresses', '20 00 0000', undefined],
  ])('%s', (_what, header, from) => {
    const whole = hex(signature + header);
    const bytes = Buffer.concat([whole, Buffer.from('GET /')]);
    expect(parseProxyHeader(bytes)).toEqual({ length: whole.length, ...(from && { source: from }) });
    for (let length = 0; length < whole.length; length += 1)
      expect(parseProxyHeader(bytes.subarray(0, length))).toBe('incomplete');
  });

  test.each([
    ['version 1 in binary', `11 11 000c ${v4}`],
    ['another command', `22 11 000c ${v4}`],
    ['a datagram', `21 12 000c ${v4}`],
    ['a socket of the machine', '21 31 0001 00'],
    ['another family', `21 41 000c ${v4}`],
    ['too few bytes of IPv4', '21 11 000b cb007109 c0000201 1267 01'],
    ['too few bytes of IPv6', `21 21 000c ${v4}`],
    ['more than 4 KB', `21 11 0ff1 ${v4}`],
  ])('%s is not valid', (_what, header) => {
    expect(parseProxyHeader(hex(signature + header))).toBe('invalid');
  });

  test('another signature is not valid', () => {
    expect(parseProxyHeader(hex('0d0a0d0a000d0a51554954'))).toBe('incomplete');
    expect(parseProxyHeader(hex('0d0a0d0a000d0a515549540b'))).toBe('invalid');
  });
});

test('random bytes after either beginning give an answer, within what there is', () => {
  const random = randomFrom(7);
  for (let round = 0; round < 20_000; round += 1) {
    const begin = round % 2 === 0 ? Buffer.from('PROXY TCP4 ') : hex(`${signature}21`);
    const noise = Buffer.from(
      Array.from({ length: Math.floor(random() * 120) }, () => Math.floor(random() * 256)),
    );
    const bytes = Buffer.concat([begin, noise]);
    const found = parseProxyHeader(bytes);
    if (typeof found === 'string') expect(['incomplete', 'invalid']).toContain(found);
    else expect(found.length).toBeLessThanOrEqual(bytes.length);
  }
});
