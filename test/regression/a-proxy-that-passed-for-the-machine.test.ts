import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

// A proxy on the gateway's machine connects from loopback, whoever it speaks for.
test.each([{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }, { via: '1.1 proxy' }])(
  'without tokens, a request with %j is not from this machine',
  async (headers) => {
    await using t = await startGateway();
    const url = `${t.adminOrigin}/revocations`;
    const answer = await request({ url, headers });
    expect([answer.status, (await request({ url })).status]).toEqual([403, 200]);
    expect(answer.body).toMatchObject({ type: expect.stringMatching(/admin_loopback_only$/) });
  },
);
