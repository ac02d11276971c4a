import { expect, test } from 'vitest';
import { createRateLimiter, type RateLimiter } from '#src/adobe-pass/rate-limiter';
import { createAllowances } from '#src/soft-state/local/allowances';
import { createManualClock } from '../support/manual-clock.ts';
import { call, device, startGatewaySide } from './gateway-side.ts';

const limits = { mode: 'regenerating', perSecond: 1, burst: 1 } as const;

const acquire = (limiter: RateLimiter, address: string, maxWait: number, signal?: AbortSignal) =>
  limiter.acquire({ address, rank: 2, device: address, maxWait, signal });

/** Calls that have waited go out so much later than they may. */
const lateness = 50;

test('a call beyond the burst waits, a call of another device does not', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({ allowances: createAllowances(), limits, clock });
  const left: string[] = [];
  const go = (address: string, name: string) => acquire(limiter, address, 5_000).then(() => left.push(name));
  const all = [go('tv', '1'), go('tv', '2'), go('tv', '3'), go('tv', '4'), go('phone', 'other')];
  await clock.advance(999);
  expect(left).toEqual(['1', '2', 'other']);
  await clock.advance(1_001 + lateness);
  await Promise.all(all);
  expect(left).toEqual(['1', '2', 'other', '3', '4']);
});

test('a call that would have to wait too long is rejected at once, with Retry-After', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({ allowances: createAllowances(), limits, clock });
  const turns = [1, 2, 3].map(() => acquire(limiter, 'tv', 1_500));
  await expect(acquire(limiter, 'tv', 1_500)).rejects.toMatchObject({
    code: 'gateway_address_busy',
    retryAfter: 2,
  });
  expect(clock.waiting).toBe(1);
  await clock.advance(1_000 + lateness);
  await Promise.all(turns);
});

test('a 429 delays calls that are already waiting', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({ allowances: createAllowances(), limits, clock });
  await Promise.all([acquire(limiter, 'tv', 0), acquire(limiter, 'tv', 0)]);
  const leaves = acquire(limiter, 'tv', 5_000).then(() => clock.now());
  await clock.advance(900);
  await limiter.backOff('tv', 1_000);
  await clock.advance(10_000);
  expect(await leaves).toBeGreaterThanOrEqual(1_900);
});

test('an aborted call stops waiting', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
  });
  await acquire(limiter, 'tv', 0);
  const gone = new AbortController();
  const turn = acquire(limiter, 'tv', 5_000, gone.signal);
  gone.abort(new Error('closed'));
  await expect(turn).rejects.toThrow('closed');
  expect(clock.waiting).toBe(0);
});

test('calls that may wait are bounded over all devices; those that need not wait pass', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
    maxWaiting: 2,
  });
  for (const address of ['tv', 'phone', 'laptop']) await acquire(limiter, address, 0);
  const waiting = [acquire(limiter, 'tv', 5_000), acquire(limiter, 'phone', 5_000)];
  await expect(acquire(limiter, 'laptop', 5_000)).rejects.toMatchObject({
    code: 'gateway_address_busy',
    retryAfter: 1,
  });
  await acquire(limiter, 'tablet', 5_000);
  await clock.advance(1_000 + lateness);
  await Promise.all(waiting);
  const later = acquire(limiter, 'tv', 5_000);
  await clock.advance(1_000 + lateness);
  await later;
});

test('10,000 calls may wait unless something else is set', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 },
    clock,
  });
  const gone = new AbortController();
  const another = () => acquire(limiter, 'tv', 20_000_000, gone.signal);
  const waiting = Array.from({ length: 10_001 }, another);
  await expect(another()).rejects.toMatchObject({ code: 'gateway_address_busy', retryAfter: 10_001 });
  gone.abort(new Error('closed'));
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the 100,000 devices that called last are remembered', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
  });
  for (let device = 1; device <= 100_000; device += 1) await acquire(limiter, `device ${device}`, 0);
  await expect(acquire(limiter, 'device 1', 0)).rejects.toMatchObject({ code: 'gateway_address_busy' });
  await acquire(limiter, 'one more', 0);
  await acquire(limiter, 'device 2', 0);
});

test('a call that may wait exactly as long as it must does wait; one whose time is over does not', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
  });
  await acquire(limiter, 'tv', 0);
  await expect(acquire(limiter, 'tv', 999)).rejects.toMatchObject({ retryAfter: 1 });
  const waiting = acquire(limiter, 'tv', 1_000);
  await clock.advance(1_000 + lateness);
  await waiting;
  await expect(acquire(limiter, 'phone', -1)).rejects.toMatchObject({
    code: 'gateway_address_busy',
    retryAfter: 1,
  });
});

test('a call that waited through a pause is rejected when the rest would be too long', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
  });
  await acquire(limiter, 'tv', 0);
  const waiting = acquire(limiter, 'tv', 1_500);
  const outcome = waiting.catch((error: unknown) => error);
  await limiter.backOff('tv', 4_000);
  await clock.advance(1_000 + lateness);
  expect(await outcome).toMatchObject({ code: 'gateway_address_busy', retryAfter: 3 });
});

test('a pause that ends when the wait ends costs no second turn', async () => {
  const clock = createManualClock(0);
  const limiter = createRateLimiter({
    allowances: createAllowances(),
    limits: { mode: 'regenerating', perSecond: 1, burst: 0 } as const,
    clock,
  });
  await acquire(limiter, 'tv', 0);
  const waiting = acquire(limiter, 'tv', 1_000);
  await limiter.backOff('tv', 1_000);
  await clock.advance(1_000 + lateness);
  await waiting;
});

test('after a 429 the device gets Retry-After, and nothing is sent before that', async () => {
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
  const busy = { code: 'gateway_address_busy', status: 503, retryAfter: 1 };
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject(busy);
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(1);
  const elsewhere = { ...call, device: { ...device, address: '203.0.113.8' } };
  expect((await side.pass.getProfiles(elsewhere)).status).toBe(200);
  await side.clock.advance(1_000);
  expect((await side.pass.getProfiles(call)).status).toBe(200);
});

test.for([
  ['3', 3],
  ['3600', 3600],
  ['-1', 1],
  ['Wed, 21 Oct 2030 07:28:00 GMT', 86_400],
  ['junk', 1],
] as const)('Retry-After: %s means %i s', async ([header, retryAfter]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', { status: 429, headers: { 'retry-after': header }, body: '' });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_throttled', retryAfter });
});
