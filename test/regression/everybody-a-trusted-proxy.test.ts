import { expect, test } from 'vitest';
import { createClientAddress } from '#src/http/client-address';
import { createTrustedProxies } from '#src/http/trusted-proxies';
import { startGateway } from '../support/start-gateway.ts';

test.each([
  [['0.0.0.0/1', '128.0.0.0/1'], 'every IPv4 address'],
  [['::/1', '8000::/1'], 'every IPv6 address'],
  [['::ffff:0:0/96'], 'every IPv4 address'],
])('%j together are everybody, and refused', async (trustedProxies, reason) => {
  await expect(startGateway({ settings: { trustedProxies } })).rejects.toMatchObject({
    code: 'config_invalid',
    hint: expect.stringContaining(reason),
  });
});

test('one device has one address, however it and its proxy are spelled', () => {
  const trusted = createTrustedProxies(['::ffff:10.0.0.0/104', '2001:DB8::1']);
  const read = createClientAddress({ from: 'xForwardedFor' }, trusted);
  const seen = [
    ['10.1.2.3', '::ffff:203.0.113.9'],
    ['::ffff:a01:203', '203.0.113.9,'],
    ['2001:db8:0:0:0:0:0:1', '203.0.113.9, ,'],
  ].map(([address = '', forwarded]) => read({ address }, { 'x-forwarded-for': forwarded }).address);
  expect(seen).toEqual(['203.0.113.9', '203.0.113.9', '203.0.113.9']);
});
