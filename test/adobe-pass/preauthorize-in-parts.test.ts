import { expect, test } from 'vitest';
import type { ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import { call, type GatewaySide, startGatewaySide } from './gateway-side.ts';

const path = '/api/v2/REF30/decisions/preauthorize/Cablevision';
const tooMany = { action: 'configuration', status: 403, code: 'too_many_resources', message: 'too many' };
const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`);

/** An MVPD that takes `max` resources at once and permits every one; otherwise it says so, in one of two ways. */
const limitTo = (side: GatewaySide, max: number, told: 'top' | 'item' = 'top'): void =>
  side.adobe.at(path, (response) => {
    const { resources } = JSON.parse(side.adobe.heard.at(-1)?.body ?? '') as { resources: string[] };
    const isTooMany = resources.length > max;
    const error = isTooMany ? { authorized: false, error: tooMany } : { authorized: true };
    const body =
      isTooMany && told === 'top'
        ? tooMany
        : { decisions: resources.map((resource) => ({ resource, ...error })) };
    response.writeHead(isTooMany && told === 'top' ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });

/** Of the calls after the first `skipped`, largest first: parts that are asked for at once arrive in any order. */
const sizes = (side: GatewaySide, skipped = 0): number[] =>
  side.adobe
    .heardAt(path)
    .slice(skipped)
    .map(({ body }) => (JSON.parse(body) as { resources: string[] }).resources.length)
    .sort((a, b) => b - a);

const ask = (side: GatewaySide, resources: readonly string[], pass = side.pass) =>
  side.meanwhile(pass.preauthorizeInParts(call, { mvpd: 'Cablevision', resources }));

const permitted = (outcomes: readonly ResourceOutcome[]): string[] =>
  outcomes.flatMap((outcome) =>
    'decision' in outcome && outcome.decision['authorized'] === true ? [outcome.resource] : [],
  );

test('five resources a call, each once, answered in the order of the request', async () => {
  await using side = await startGatewaySide();
  limitTo(side, 5);
  const resources = [...named(12), 'r0', 'r11'];
  expect(permitted(await ask(side, resources))).toEqual(resources);
  expect(sizes(side)).toEqual([5, 5, 2]);
});

test.for(['top', 'item'] as const)('a lower limit is learned, from the %s of an answer', async (told) => {
  await using side = await startGatewaySide();
  limitTo(side, 2, told);
  expect(permitted(await ask(side, named(10)))).toEqual(named(10));
  const before = sizes(side).length;
  await ask(side, named(10));
  expect(sizes(side, before)).toEqual([2, 2, 2, 2, 2]);
});

test('what one process has learned, another one knows', async () => {
  await using side = await startGatewaySide();
  limitTo(side, 2);
  await ask(side, named(5));
  const before = sizes(side).length;
  await ask(side, named(5), side.anotherProcess());
  expect(sizes(side, before)).toEqual([2, 2, 1]);
});

test('one resource that is refused as too many is asked for once', async () => {
  await using side = await startGatewaySide();
  limitTo(side, 0);
  const outcomes = await ask(side, ['news']);
  expect(outcomes).toEqual([{ resource: 'news', refused: expect.objectContaining({ status: 403 }) }]);
  expect(sizes(side)).toEqual([1]);
});

test('a part that Adobe refuses takes nothing from the others', async () => {
  await using side = await startGatewaySide();
  const permits = (resources: string[]) => ({
    body: { decisions: resources.map((resource) => ({ resource, authorized: true })) },
  });
  const invalid = { action: 'none', status: 400, code: 'invalid_parameter_resources', message: 'no' };
  side.adobe.at(path, { status: 400, body: invalid }, permits(named(10).slice(5)));
  const outcomes = await ask(side, named(10));
  expect(permitted(outcomes)).toHaveLength(5);
  expect(outcomes.filter((outcome) => 'refused' in outcome)).toHaveLength(5);
});

test('once Adobe has throttled the device, no further part is asked for', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { status: 429, body: '<html>' });
  const outcomes = await ask(side, named(100));
  expect(sizes(side).length).toBeLessThanOrEqual(4);
  const codes = outcomes.map((outcome) => ('error' in outcome ? outcome.error.code : 'none'));
  expect(new Set(codes)).toEqual(new Set(['gateway_throttled']));
  expect(codes).toHaveLength(100);
});

test('after the deadline of a call nothing more is asked for', async () => {
  await using side = await startGatewaySide({ throttle: { perSecond: 1, burst: 0 }, timeout: 3_000 });
  limitTo(side, 5);
  const outcomes = await ask(side, named(100));
  expect(permitted(outcomes).length).toBeLessThan(50);
  expect(outcomes).toHaveLength(100);
});

test('a resource without a decision is told from a denied one', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { body: { decisions: [{ resource: 'a', authorized: true }] } });
  const outcomes = await ask(side, ['a', 'b']);
  expect(permitted(outcomes)).toEqual(['a']);
  expect(outcomes[1]).toMatchObject({ resource: 'b', error: { code: 'gateway_adobe_answer_invalid' } });
});
