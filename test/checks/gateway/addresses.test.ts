import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isPrivate } from '#src/checks/gateway/private-address';
import { createResolveAddresses } from '#src/checks/gateway/resolve-addresses';

/** A name server that knows one name: an address for IPv4, with this TTL (RFC 1035 §4.1). */
const nameServer = async (name: string, address: readonly number[], ttl: number) => {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port }) => {
    const labels = query.subarray(12, query.indexOf(0, 12));
    const end = 12 + labels.length + 5;
    const isKnown = labels.toString('latin1').replace(/[^\w-]/g, '.') === `.${name}` && query[end - 3] === 1;
    const header = Buffer.from([
      ...query.subarray(0, 2),
      0x81,
      isKnown ? 0x80 : 0x83,
      0,
      1,
      0,
      isKnown ? 1 : 0,
      0,
      0,
      0,
      0,
    ]);
    const life = Buffer.alloc(4);
    life.writeUInt32BE(ttl);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, ...life, 0, 4, ...address]);
    socket.send(
      Buffer.concat([header, query.subarray(12, end), ...(isKnown ? [record] : [])]),
      port,
      '127.0.0.1',
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return () => {
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
    return resolver;
  };
};

describe('the addresses of a name', () => {
  const { signal } = new AbortController();

  test('come with their TTL from the DNS', async () => {
    const createResolver = await nameServer('sp.adobe.test', [203, 0, 113, 7], 42);
    const resolve = createResolveAddresses({ createResolver });
    expect(await resolve('sp.adobe.test', signal)).toEqual([
      expect.objectContaining({ address: '203.0.113.7', ttl: 42 }),
    ]);
  });

  test('come from the system where the DNS does not know the name, without TTL', async () => {
    const createResolver = await nameServer('sp.adobe.test', [203, 0, 113, 7], 42);
    const system = async (host: string) => (host === 'in.hosts' ? [{ address: '10.0.0.7' }] : []);
    const resolve = createResolveAddresses({ createResolver, system });
    expect(await resolve('in.hosts', signal)).toEqual([{ address: '10.0.0.7' }]);
    expect(await resolve('nowhere.test', signal)).toEqual([]);
  });
});

test.each([
  ['10.1.2.3', true],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['192.168.0.1', true],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['100.128.0.1', false],
  ['203.0.113.7', false],
  ['fd12::1', true],
  ['fe80::1', true],
  ['2001:db8::1', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected);
});
