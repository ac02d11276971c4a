import { describe, expect, test } from 'vitest';
import { coverEverything, parseNetwork } from '#src/config/networks';

test.each([
  ['10.0.0.0/8', { family: 'ipv4', address: '10.0.0.0', prefix: 8 }],
  ['10.1.2.3', { family: 'ipv4', address: '10.1.2.3', prefix: 32 }],
  ['2001:DB8:0:0::/32', { family: 'ipv6', address: '2001:db8::', prefix: 32 }],
  ['::1', { family: 'ipv6', address: '::1', prefix: 128 }],
  ['::ffff:10.0.0.0/104', { family: 'ipv4', address: '10.0.0.0', prefix: 8 }],
  ['::ffff:0:0/96', { family: 'ipv4', address: '0.0.0.0', prefix: 0 }],
])('%s is a network', (entry, network) => expect(parseNetwork(entry)).toEqual(network));

test.each([
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0/8',
  '::/129',
  '::ffff:10.0.0.0/64',
  '10.0.0.0/8/8',
  'proxy',
  '',
])('%j is none', (entry) => expect(parseNetwork(entry)).toBeUndefined());

describe('networks that cover everything', () => {
  const covers = (entries: string[], family: 'ipv4' | 'ipv6' = 'ipv4') =>
    coverEverything(
      entries.map(parseNetwork).filter((network) => network !== undefined),
      family,
    );
  test.each([
    [['0.0.0.0/0']],
    [['0.0.0.0/1', '128.0.0.0/1']],
    [['192.0.0.0/2', '0.0.0.0/1', '10.0.0.0/8', '128.0.0.0/2']],
    [['9.9.9.9/1', '200.0.0.0/1']],
    [['::ffff:0:0/96']],
  ])('%j', (entries) => expect(covers(entries)).toBe(true));
  test.each([[['::/0']], [['::/1', '8000::/1']]])('%j', (entries) =>
    expect(covers(entries, 'ipv6')).toBe(true),
  );
  test.each([
    [[]],
    [['10.0.0.0/8']],
    [['0.0.0.0/1', '128.0.0.0/2']],
    [['128.0.0.0/1', '192.0.0.0/2', '64.0.0.0/2', '0.0.0.0/3']],
    [['::/0']],
  ])('but not %j', (entries) => expect(covers(entries)).toBe(false));
});
