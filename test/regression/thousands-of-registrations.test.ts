import { defaultFixtures } from '@kinpass/simulator';
import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Each request leaves something behind in the store, and needs no credentials. */
const softwareStatement = defaultFixtures.apps[0]?.softwareStatement ?? '';
const ways = [
  ['/o/client/register', { json: { software_statement: softwareStatement } }, 201],
  ['/o/client/register/', { json: { software_statement: softwareStatement } }, 201],
  ['/device/auth', { form: { client_id: 'ref30-tv' } }, 200],
] as const;

let clock: ManualClock;
let t: TestWorld;
beforeAll(async () => {
  clock = createManualClock();
  const limit = { count: 3, window: '10m' };
  t = await startGateway({
    settings: { limits: { registrations: limit, deviceAuthorizations: limit } },
    overrides: { clock },
  });
});
afterAll(() => t[Symbol.asyncDispose]());

describe.each(ways)('%s', (path, content, good) => {
  const send = (address: string) =>
    request({
      method: 'POST',
      url: t.origin + path,
      headers: { 'x-forwarded-for': address },
      ...content,
    });

  test('has a limit per network, in the shape of OAuth', async () => {
    await clock.advance(600_000);
    for (const address of ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:1:a:b:c:d'])
      expect((await send(address)).status).toBe(good);
    await clock.advance(60_000);
    const answer = await send('2001:db8:0:1:ffff::4');
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBe('540');
    expect(answer.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringContaining('from this network'),
    });
    // Nobody else pays for it.
    expect((await send('2001:db8:0:2::1')).status).toBe(good);
    expect((await send('203.0.113.9')).status).toBe(good);
    await clock.advance(540_000);
    expect((await send('2001:db8:0:1::1')).status).toBe(good);
  });
});
