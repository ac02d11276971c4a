import { request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { isShed } from '#src/http/overload';
import { systemClock } from '#src/lib/clock';
import { createLoopDelay } from '#src/observability/loop-delay';
import { createAdminClient } from '../support/admin.ts';
import { startGateway } from '../support/start-gateway.ts';

describe('who is refused', () => {
  const limits = { maxDelay: 200, maxRunning: 1_000 };

  test.each([
    { delay: 200, running: 1_000, refused: [] },
    { delay: 201, running: 0, refused: ['poll'] },
    { delay: 0, running: 1_001, refused: ['poll'] },
    { delay: 800, running: 2_000, refused: ['poll'] },
    { delay: 801, running: 0, refused: ['poll', 'other'] },
    { delay: 0, running: 2_001, refused: ['poll', 'other'] },
  ])('$delay ms late, $running running: $refused', ({ refused, ...load }) => {
    const urgencies = ['poll', 'other'] as const;
    expect(urgencies.filter((urgency) => isShed(load, urgency, limits))).toEqual(refused);
  });
});

test('while requests pile up, polls are refused before everything else, and counted', async () => {
  await using t = await startGateway({ settings: { overload: { maxDelay: '1m', maxRunning: 10 } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await tv.createSession({ mvpd: 'Cablevision', domainName: 'testadobe.com' });
  const poll = () => tv.call(`/REF30/sessions/${body['code']}`);
  expect((await poll()).status).toBe(200);

  const path = '/REF30/configuration';
  await t.control.fault({ match: { operation: 'configuration.get' }, fault: { kind: 'hang' } });
  const others = Array.from({ length: 12 }, (_, index) =>
    t.device('tv', { id: `tv ${index}`, address: `198.51.100.${index}` }),
  );
  for (const other of others) await other.register();
  const hanging = others.map((other) => other.call(path).catch(() => undefined));
  // Before those that hang end (adobe.timeout).
  await expect.poll(async () => (await poll()).status, { timeout: 9_000 }).toBe(503);
  const { headers, body: refusal } = await poll();
  expect([headers['retry-after'], refusal['code'], refusal['action']]).toEqual([
    '2',
    'gateway_overloaded',
    'retry',
  ]);
  expect((await request({ url: `${t.origin}/.well-known/service-token-jwks.json` })).status).toBe(200);
  expect((await tv.profiles()).status).toBe(200);
  const { text } = await createAdminClient(t.adminOrigin).get('/metrics');
  expect(text).toMatch(/kinpass_requests_shed_total\{urgency="poll"\} [1-9]/);
  await t.control.clearFaults();
  await Promise.all(hanging);
  expect((await poll()).status).toBe(200);
});

test('a loop that is blocked again and again is late by as much', async () => {
  const loopDelay = createLoopDelay(systemClock);
  const end = systemClock.monotonic() + 600;
  while (systemClock.monotonic() < end) {
    const pause = systemClock.monotonic() + 100;
    while (systemClock.monotonic() < pause); // the loop stands still
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect(loopDelay()).toBeGreaterThan(50);
});
