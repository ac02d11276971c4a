import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const arrivalOf = (id: string) => request({ url: `${t.adminOrigin}/probes/${id}` });

/** Sends a probe and returns how it arrived. */
const probe = async (headers: Record<string, string>) => {
  const id = systemIds.uuid();
  const sent = await request({ url: `${t.origin}/v1/probe/${id}`, headers });
  expect(sent.status).toBe(204);
  return (await arrivalOf(id)).body;
};

describe('a probe through the public listener', () => {
  test('shows operators peer, X-Forwarded-For as received, and the address that it leads to', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1, 203.0.113.9', 'x-forwarded-proto': 'https' };
    expect(await probe({ ...forwarded, cookie: 'a=b', authorization: 'Bearer x' })).toEqual({
      peer: { address: '127.0.0.1', port: expect.any(Number) },
      peerTrusted: true,
      told: '192.0.2.1, 203.0.113.9',
      forwardedProto: 'https',
      client: '203.0.113.9',
    });
  });

  test('shows that a peer is not trusted', async () => {
    await t.reconfigure({ trustedProxies: [] });
    const arrival = await probe({ 'x-forwarded-for': '192.0.2.1' });
    expect(arrival).toMatchObject({ peerTrusted: false, told: '192.0.2.1', client: '127.0.0.1' });
    expect(await probe({})).toMatchObject({ told: null, forwardedProto: null });
  });

  test('is unknown to the public listener, and under any other id', async () => {
    const id = systemIds.uuid();
    expect((await arrivalOf(id)).status).toBe(404);
    expect((await request({ url: `${t.origin}/probes/${id}` })).status).toBe(404);
    expect((await request({ url: `${t.origin}/v1/probe/not-a-uuid` })).status).toBe(400);
  });
});
