import { expect, test } from 'vitest';
import { createKeepTrace } from '#src/flows/choose-traces';
import type { ServedRequest, Trace } from '#src/flows/trace';
import { noFacts } from '#src/observability/request-facts';
import { createManualClock } from '../support/manual-clock.ts';

const day = 24 * 60 * 60_000;

const start = (settings: { sampled?: number; perSecond?: number } = {}) => {
  const clock = createManualClock();
  const kept: { id: string; trace: Trace; expiresAt: number }[] = [];
  const keep = createKeepTrace({
    settings: { keptFor: 7 * day, sampled: 0, perSecond: 5, ...settings },
    clock,
    add: (id, trace, expiresAt) => kept.push({ id, trace, expiresAt }),
  });
  return { clock, kept, keep };
};

const served = (over: Partial<ServedRequest> = {}): ServedRequest => ({
  id: '80000000-0000-4000-8000-000000000000',
  at: 1_000,
  route: 'profiles.all',
  method: 'GET',
  app: 'ref30-tv',
  status: 200,
  ms: 12,
  facts: noFacts(),
  ...over,
});

test('of what succeeds nothing is kept; what failed, was denied or was left is', () => {
  const { keep, kept } = start();
  keep(served());
  expect(kept).toEqual([]);
  keep(served({ status: 403 }));
  keep(served({ status: 499 }));
  keep(served({ facts: { ...noFacts(), hasFailed: true, code: 'authorization_denied_by_mvpd' } }));
  expect(kept.map(({ trace }) => [trace.status, trace.code])).toEqual([
    [403, undefined],
    [499, undefined],
    [200, 'authorization_denied_by_mvpd'],
  ]);
  expect(kept[0]?.expiresAt).toBe(1_000 + 7 * day);
});

test.each(['authorization_pending', 'slow_down'])('a TV that is told %s has not failed', (code) => {
  const { keep, kept } = start();
  keep(served({ route: 'oauth.token', app: undefined, status: 400, facts: { ...noFacts(), code } }));
  expect(kept).toEqual([]);
});

test('a sample of the others is the share of ids that was asked for', () => {
  const { keep, kept } = start({ sampled: 0.5, perSecond: 100 });
  for (const first of ['00000000', '7fffffff', '80000000', 'ffffffff'])
    keep(served({ id: `${first}-0000-4000-8000-000000000000` }));
  expect(kept.map(({ id }) => id.slice(0, 8))).toEqual(['00000000', '7fffffff']);
});

test('too many are not kept, and unknown callers take nothing from known ones', async () => {
  const { keep, kept, clock } = start({ perSecond: 2 });
  for (let index = 0; index < 1_000; index += 1) keep(served({ status: 401, app: undefined }));
  expect(kept).toHaveLength(40);
  keep(served({ status: 503 }));
  expect(kept).toHaveLength(41);
  await clock.advance(1_000);
  for (let index = 0; index < 1_000; index += 1) keep(served({ status: 401, app: undefined }));
  expect(kept).toHaveLength(43);
});

test('only what is listed is kept, whatever else was noted', () => {
  const { keep, kept } = start();
  const facts = { ...noFacts(), hasFailed: true, code: 'gateway_internal', device: 'a TV', sub: 'ana' };
  keep(served({ status: 500, facts }));
  expect(kept[0]?.trace).toEqual({
    at: 1_000,
    operation: 'profiles.all',
    method: 'GET',
    app: 'ref30-tv',
    stage: 'gateway',
    status: 500,
    code: 'gateway_internal',
    ms: 12,
    attempts: [],
  });
});

test('none at all', () => {
  const { keep, kept } = start({ perSecond: 0 });
  keep(served({ status: 500 }));
  expect(kept).toEqual([]);
});

test.each([
  ['arrival', { route: undefined, app: undefined }],
  ['request', { app: undefined }],
  ['sign-in', { route: 'oauth.token', app: undefined }],
  ['gateway', {}],
  ['adobe', { facts: { attempts: [{ operation: 'logout', status: 503, attempt: 1, ms: 5 }] } }],
])('it ended at: %s', (stage, over) => {
  const { keep, kept } = start();
  keep(served({ status: 500, ...over }));
  expect(kept[0]?.trace.stage).toBe(stage);
});
