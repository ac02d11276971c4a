import { expect, test } from 'vitest';
import { backoff, mayRepeat } from '#src/adobe-pass/retry';
import { unsent } from '#src/adobe-pass/transport';
import { fail } from '#src/lib/errors';
import { operations, operationTable } from '#src/rest-v2/operations';
import { call, type Pass, seen, startGatewaySide } from './gateway-side.ts';
import { profiles, type Reply } from './scripted-adobe.ts';

const repeatable = ['configuration', 'getSession', 'getProfiles', 'getProfile', 'getProfileByCode'];

test.for(operationTable)('$name is repeated only when it is a read', (operation) => {
  const expected = repeatable.includes(operation.name);
  for (const status of [502, 503, 504]) expect(mayRepeat(operation, { status }, 0)).toBe(expected);
  for (const code of ['gateway_adobe_unreachable', 'gateway_adobe_timeout'] as const) {
    expect(mayRepeat(operation, { error: fail(code) }, 1)).toBe(expected);
  }
});

test.for(operationTable)('$name is repeated, once unless it is a read, when it never left', (operation) => {
  const outcome = { error: fail('gateway_adobe_unreachable', { facts: unsent }) };
  expect(mayRepeat(operation, outcome, 0)).toBe(true);
  expect(mayRepeat(operation, outcome, 1)).toBe(repeatable.includes(operation.name));
});

test('nothing else is a reason to repeat', () => {
  for (const status of [200, 400, 401, 403, 405, 429, 500, 501]) {
    expect(mayRepeat(operations.getProfiles, { status }, 0)).toBe(false);
  }
  const foreign = Object.assign(new Error('gone'), { code: 'gateway_adobe_timeout' });
  for (const error of [fail('gateway_throttled'), fail('gateway_adobe_answer_invalid'), foreign]) {
    expect(mayRepeat(operations.getProfiles, { error }, 0)).toBe(false);
  }
});

test('two repeats, each later than the one before', () => {
  expect([backoff(0), backoff(1), backoff(2)]).toEqual([250, 1_000, undefined]);
});

test('a repeat keeps to Retry-After, and there is none where that is too long', () => {
  const inSeconds = (seconds: number) => [backoff(0, seconds), backoff(1, seconds), backoff(2, seconds)];
  expect(inSeconds(1)).toEqual([1_000, 1_000, undefined]);
  expect(inSeconds(2)).toEqual([2_000, 2_000, undefined]);
  expect(inSeconds(3)).toEqual([undefined, undefined, undefined]);
});

const reset: Reply = (response) => response.destroy();
const unwell: Reply = { status: 503, headers: { 'content-type': 'text/html' }, body: '<html>' };

test('a read survives a reset and a 503', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', reset, unwell, { body: profiles });
  const answer = await side.meanwhile(side.pass.getProfiles(call));
  expect(seen(answer)).toEqual({ status: 200, body: profiles });
  expect(side.events.slice(1).map(({ status, attempt }) => [attempt, status])).toEqual([
    [1, 'gateway_adobe_unreachable'],
    [2, 503],
    [3, 200],
  ]);
});

test('a read that stays unanswered is asked three times in all', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', reset);
  await expect(side.meanwhile(side.pass.getProfiles(call))).rejects.toMatchObject({
    code: 'gateway_adobe_unreachable',
  });
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(3);
});

const writes: readonly (readonly [string, (pass: Pass) => Promise<unknown>])[] = [
  ['create session', (pass) => pass.createSession({ ...call, form: { mvpd: 'Cablevision' } })],
  ['resume session', (pass) => pass.resumeSession({ ...call, code: 'A1', form: {} })],
  ['preauthorize', (pass) => pass.preauthorize({ ...call, mvpd: 'Cablevision', resources: ['news'] })],
  ['authorize', (pass) => pass.authorize({ ...call, mvpd: 'Cablevision', resources: ['news'] })],
  ['logout', (pass) => pass.logOut({ ...call, mvpd: 'Cablevision' })],
];

test.for(writes)('%s is never said twice', async ([, run]) => {
  await using side = await startGatewaySide();
  for (const reply of [reset, unwell]) {
    side.adobe.at('/api/v2', reply);
    await expect(side.meanwhile(run(side.pass))).rejects.toMatchObject({ code: 'gateway_adobe_unreachable' });
  }
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(2);
});

test('registration and token requests are never said twice', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/o/client', reset);
  const { device } = call;
  await expect(
    side.pass.register({ environment: 'default', softwareStatement: 's', device }),
  ).rejects.toThrow();
  await expect(side.pass.getProfiles(call)).rejects.toThrow();
  expect(side.adobe.heardAt('/o/client')).toHaveLength(2);
});

test('nobody is waiting any more: no repeat', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', reset);
  const gone = new AbortController();
  const work = side.pass.getProfiles({ ...call, signal: gone.signal });
  const isHeard = () => side.adobe.heardAt('/api/v2').length > 0;
  while (!isHeard() || side.clock.waiting === 0) await new Promise(setImmediate);
  gone.abort(new Error('closed'));
  await expect(work).rejects.toThrow('closed');
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(1);
});

test('no repeat that could not end in time', async () => {
  await using side = await startGatewaySide({ timeout: 500 });
  side.adobe.at('/api/v2', reset);
  await expect(side.meanwhile(side.pass.getProfiles(call))).rejects.toMatchObject({
    code: 'gateway_adobe_unreachable',
  });
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(2);
});

test('while most calls fail, retries are limited to a fifth of them; a single failure later is retried in full', async () => {
  await using side = await startGatewaySide();
  let heard = 0;
  side.adobe.at('/api/v2', (response) => {
    heard += 1;
    response.writeHead(heard % 10 === 0 ? 404 : 503).end('{}'); // in a row, they would stop all calls
  });
  const calls = 100;
  for (let asked = 0; asked < calls; asked += 1)
    await expect(side.meanwhile(side.pass.getProfiles(call))).rejects.toThrow();
  // Ten to begin with.
  expect(side.adobe.heardAt('/api/v2').length).toBeLessThanOrEqual(1.2 * calls + 10);
  expect(side.adobe.heardAt('/api/v2').length).toBeGreaterThan(1.1 * calls);

  side.adobe.at('/api/v2', { body: profiles });
  for (let asked = 0; asked < 10; asked += 1) await side.meanwhile(side.pass.getProfiles(call));
  side.adobe.at('/api/v2', unwell, reset, { body: profiles });
  expect((await side.meanwhile(side.pass.getProfiles(call))).status).toBe(200);
});
