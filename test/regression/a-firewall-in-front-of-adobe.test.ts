/**
 * A firewall's page (451, 403) became 502 with the action retry, so that apps repeated what would never succeed. Retry-After
 * of other answers than 429 was lost.
 */
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const page = '<html><body>Unavailable For Legal Reasons</body></html>';

/** What an app gets when Adobe's host answers its profiles with this. */
const answerTo = async (t: TestWorld, status: number, body: string | object, headers = {}) => {
  await t.control.fault({
    match: { operation: 'profiles.all' },
    fault: {
      kind: 'status',
      status,
      body: body as string,
      headers: typeof body === 'string' ? { 'content-type': 'text/html', ...headers } : headers,
    },
  });
  const tv = t.device('tv');
  await tv.register();
  return tv.profiles();
};

test.each([400, 403, 404, 451])('%i without an error of Adobe keeps its status', async (status) => {
  await using t = await startGateway();
  const answer = await answerTo(t, status, page);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ code: 'gateway_adobe_refused', action: 'none', status });
  expect(answer.body['message']).toContain(`the status was ${status}`);
  expect(answer.text).not.toContain('Legal');
});

test.each([
  ['a refusal in other words than REST V2', 403, { message: 'Forbidden' }, 403, 'none'],
  ['a proxy of the gateway that asks who it is', 407, page, 502, 'retry'],
  ['a redirect', 302, page, 502, 'retry'],
  ['a page instead of profiles', 200, page, 502, 'retry'],
  ['a fault of a server', 503, page, 502, 'retry'],
])('%s', async (_what, given, body, status, action) => {
  await using t = await startGateway();
  const answer = await answerTo(t, given, body);
  expect([answer.status, answer.body['status'], answer.body['action']]).toEqual([status, status, action]);
});

const date = 'Sat, 28 Nov 2026 22:00:00 GMT';
const inAMinute = { date, 'retry-after': 'Sat, 28 Nov 2026 22:01:00 GMT' };
const enhanced = { action: 'retry', status: 503, code: 'maximum_execution_time_exceeded', message: 'Later.' };

test.each([
  ['429 with a date', 429, page, inAMinute, '60'],
  ['429 with seconds', 429, page, { 'retry-after': '600' }, '600'],
  ['429 without one', 429, page, {}, '1'],
  ['a page with a date', 503, page, inAMinute, '60'],
  ['a refusal with seconds', 403, page, { 'retry-after': '7.2' }, '8'],
  ['an error of Adobe with a date', 503, enhanced, inAMinute, '60'],
  ['an error of Adobe with seconds', 503, enhanced, { 'retry-after': '5' }, '5'],
  ['an error of Adobe without one', 503, enhanced, {}, undefined],
  ['an error of Adobe with nonsense', 503, enhanced, { 'retry-after': 'soon' }, undefined],
])('Retry-After goes to the app in seconds: %s', async (_what, status, body, headers, seconds) => {
  await using t = await startGateway();
  const answer = await answerTo(t, status, body, headers);
  expect(answer.headers['retry-after']).toBe(seconds);
});
