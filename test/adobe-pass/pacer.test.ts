import { expect, test } from 'vitest';
import { createPacer } from '#src/adobe-pass/pacer';
import { createManualClock } from '../support/manual-clock.ts';
import { call, device, startGatewaySide } from './gateway-side.ts';

const limits = { perSecond: 1, burst: 2 };

test('a call beyond the burst waits for its turn, one of another device does not', async () => {
  const clock = createManualClock(0);
  const pacer = createPacer({ limits, clock });
  const left: string[] = [];
  const go = (address: string, name: string) => pacer.turn(address, 5_000).then(() => left.push(name));
  const all = [go('tv', '1'), go('tv', '2'), go('tv', '3'), go('tv', '4'), go('phone', 'other')];
  await clock.advance(999);
  expect(left).toEqual(['1', '2', 'other']);
  await clock.advance(1_001);
  await Promise.all(all);
  expect(left).toEqual(['1', '2', 'other', '3', '4']);
});

test('a turn that is too far off is refused at once, with the time to come back', async () => {
  const clock = createManualClock(0);
  const pacer = createPacer({ limits, clock });
  const turns = [1, 2, 3].map(() => pacer.turn('tv', 1_500));
  await expect(pacer.turn('tv', 1_500)).rejects.toMatchObject({ code: 'gateway_throttled', retryAfter: 2 });
  expect(clock.waiting).toBe(1);
  await clock.advance(1_000);
  await Promise.all(turns);
});

test('a 429 holds back those who already wait', async () => {
  const clock = createManualClock(0);
  const pacer = createPacer({ limits, clock });
  await Promise.all([pacer.turn('tv', 0), pacer.turn('tv', 0)]);
  const leaves = pacer.turn('tv', 5_000).then(() => clock.now());
  await clock.advance(900);
  pacer.quieten('tv', 1_000);
  await clock.advance(10_000);
  expect(await leaves).toBeGreaterThanOrEqual(1_900);
});

test('whoever hangs up stops waiting', async () => {
  const clock = createManualClock(0);
  const pacer = createPacer({ limits: { perSecond: 1, burst: 1 }, clock });
  await pacer.turn('tv', 0);
  const gone = new AbortController();
  const turn = pacer.turn('tv', 5_000, gone.signal);
  gone.abort(new Error('closed'));
  await expect(turn).rejects.toThrow('closed');
  expect(clock.waiting).toBe(0);
});

test('after Adobe’s 429 the device is told when to come back, and nothing leaves before', async () => {
  await using side = await startGatewaySide({ throttle: { longestWait: 0 } });
  const html = '<html><center>openresty</center></html>';
  side.adobe.at(
    '/api/v2',
    { status: 429, headers: { 'content-type': 'text/html' }, body: html },
    {
      body: { profiles: {} },
    },
  );
  const throttled = { code: 'gateway_throttled', status: 429, retryAfter: 1 };
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject(throttled);
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject(throttled);
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(1);
  const elsewhere = { ...call, device: { ...device, address: '203.0.113.8' } };
  expect((await side.pass.getProfiles(elsewhere)).status).toBe(200);
  await side.clock.advance(1_000);
  expect((await side.pass.getProfiles(call)).status).toBe(200);
});

test.for([
  ['3', 3],
  ['3600', 60],
  ['-1', 1],
  ['Wed, 21 Oct 2030 07:28:00 GMT', 1],
  ['junk', 1],
] as const)('a Retry-After of %s means %i s', async ([header, retryAfter]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', { status: 429, headers: { 'retry-after': header }, body: '' });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_throttled', retryAfter });
});
