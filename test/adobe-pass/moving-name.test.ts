import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createTransport } from '#src/adobe-pass/transport';
import { startNameServer } from '../../tools/faults/world/name-server.ts';
import { createManualClock } from '../support/manual-clock.ts';

/** A server that answers with its own address. */
const startAt = async (address: string, port = 0) => {
  const server = http.createServer((_request, response) => response.end(JSON.stringify(address)));
  await once(server.listen(port, address), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

test('a name of Adobe that moves is followed within 30 seconds, whatever its TTL, under load all the while', async () => {
  const clock = createManualClock();
  await using names = await startNameServer('127.0.0.1', 0);
  names.answer(['127.0.0.1']);
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${names.port}`]);
  await using before = await startAt('127.0.0.1');
  await using _after = await startAt('127.0.0.2', before.port);
  const transport = createTransport({
    origin: `http://adobe.test:${before.port}`,
    connectTimeout: 5_000,
    clock,
    resolver,
  });
  const answeredBy = async (): Promise<unknown> => {
    const { body } = await transport.send({ method: 'GET', path: '/', headers: {}, timeout: 5_000 });
    return JSON.parse(body.toString());
  };
  try {
    expect(await answeredBy()).toBe('127.0.0.1');
    names.answer(['127.0.0.2']);
    expect(await answeredBy()).toBe('127.0.0.1');
    for (let second = 0; second < 30; second += 1) {
      await clock.advance(1_000);
      await answeredBy();
    }
    expect(await answeredBy()).toBe('127.0.0.2');
  } finally {
    transport.close();
  }
});
