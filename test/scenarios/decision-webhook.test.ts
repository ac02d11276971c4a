import type { Device } from '@kinpass/simulator/client';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decisionsOf, verdicts } from '../support/answers.ts';
import { createRuleFile } from '../support/rule-file.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { json, permitAll, startWebhook, verifyQuestion } from '../support/webhook.ts';

const rulesOf = createRuleFile();
const secret = 'a secret of the webhook and of nothing else';
let t: TestWorld;
let hook: Awaited<ReturnType<typeof startWebhook>>;
let tv: Device;
beforeAll(async () => {
  hook = await startWebhook();
  t = await startGateway({
    settings: {
      public: { countryHeader: 'X-Country' },
    },
  });
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await hook[Symbol.asyncDispose]();
});
beforeEach(async () => {
  hook.questions.length = 0;
  hook.answers(permitAll);
  await consult();
});

const consult = (more: Record<string, unknown> = {}, rules: object[] = []) =>
  t.reconfigure({
    decisions: {
      webhook: { url: hook.url, key: { secret }, deadline: '10s', ...more },
      ...(rules.length > 0 && { rules: rulesOf(...rules) }),
    },
  });

const play = async (headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
  const { body } = await tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose: 'play', mvpd: 'Cablevision', resources: ['news'] },
    headers,
  });
  return (body['decisions'] as Record<string, unknown>[])[0] ?? {};
};

test('the programmer’s service is asked about a permit, with what it needs and no more', async () => {
  expect((await play({ 'x-country': 'US' }))['decision']).toBe('permit');
  const [question, ...others] = hook.questions;
  if (!question) throw new Error('no question');
  expect(others).toEqual([]);
  verifyQuestion(question, hook.url, secret);
  const sent = (await t.control.requests()).findLast(({ operation }) => operation === 'decisions.authorize');
  expect(JSON.parse(question.text)).toEqual({
    subject: decodeJwt(String(sent?.headers['ad-service-token'])).sub,
    app: 'ref30-tv',
    serviceProvider: 'REF30',
    mvpd: 'Cablevision',
    country: 'US',
    permits: [{ resource: 'news', source: 'mvpd', profile: 'regular' }],
  });
  expect(Object.keys(question.headers).sort()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'content-digest',
    'content-length',
    'content-type',
    'host',
    'signature',
    'signature-input',
    'user-agent',
  ]);
});

test('it is asked about all permits of a call at once, and of what is denied not at all', async () => {
  await consult({}, [{ resources: ['REF40'] }]);
  hook.answers(json({ decisions: [{ decision: 'permit' }, { decision: 'deny' }] }));
  expect(verdicts(await tv.authorize('Cablevision', ['REF30', 'sports', 'REF40', 'news']))).toEqual({
    REF30: true,
    sports: 'authorization_denied_by_mvpd',
    REF40: 'gateway_rule_blackout',
    news: 'gateway_rule_refused',
  });
  expect(hook.questions).toHaveLength(1);
  expect(
    JSON.parse(hook.questions[0]?.text ?? '').permits.map(({ resource }: { resource: string }) => resource),
  ).toEqual(['REF30', 'news']);
});

test('a viewer without a sign-in has no subject, a trial its type', async () => {
  const anonymous = t.device('tv', { id: 'nobody’s TV', address: '203.0.113.11' });
  await anonymous.register();
  await anonymous.authorize('TempPass_TEST40', ['news']);
  expect(JSON.parse(hook.questions[0]?.text ?? '')).toMatchObject({
    subject: null,
    country: null,
    permits: [{ resource: 'news', source: 'temppass', profile: 'temporary' }],
  });
});

test('it is not asked about browsing', async () => {
  expect(verdicts(await tv.preauthorize('Cablevision', ['news']))).toEqual({ news: true });
  expect(hook.questions).toEqual([]);
});

test('one stream too many is denied, with the text of the service and what the viewer can do', async () => {
  const text = { en: 'You are watching on three devices.', de: 'Sie sehen schon auf drei Geräten.' }; // cspell:disable-line
  hook.answers(json({ decisions: [{ decision: 'deny', reason: 'concurrency', text, retryAfter: 60 }] }));
  expect(await play({ 'accept-language': 'de' })).toEqual({
    resource: 'news',
    decision: 'deny',
    error: {
      code: 'gateway_rule_concurrency',
      action: 'none',
      status: 403,
      message: 'The programmer does not allow another stream of the viewer at the same time.',
      details: text.de,
      retryAfter: 60,
    },
    next: { step: 'retry', text: expect.any(String) },
  });
  const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
  expect(metrics).toContain('kinpass_denials_total{reason="gateway_rule_concurrency"} 1\n');
});

describe.each<[what: string, answer: Parameters<typeof startWebhook>[0], result: string, deadline: string]>([
  ['that does not answer', () => undefined, 'timeout', '50ms'],
  ['that cuts the connection', (_, response) => response.destroy(), 'unreachable', '10s'],
  ['that redirects', (_, response) => response.writeHead(307, { location: '/' }).end(), 'status', '10s'],
  ['that answers with an error', json({ decisions: [{ decision: 'permit' }] }, 500), 'status', '10s'],
  ['that answers something else', json({ permit: true }), 'invalid', '10s'],
  [
    'that answers at length',
    json({ decisions: [{ decision: 'permit' }], x: 'x'.repeat(70_000) }),
    'invalid',
    '10s',
  ],
])('a service %s', (_, answer, result, deadline) => {
  beforeEach(() => answer && hook.answers(answer));

  test('denies, unless the settings say otherwise', async () => {
    await consult({ deadline });
    expect(await play()).toEqual({
      resource: 'news',
      decision: 'deny',
      error: {
        code: 'gateway_rule_unavailable',
        action: 'retry',
        status: 503,
        message: "The programmer's own service does not say whether it denies the resource.",
        retryAfter: 1,
      },
      next: { step: 'retry', text: expect.any(String) },
    });
    const plain = decisionsOf(await tv.authorize('Cablevision', ['news']));
    expect(plain.map(({ authorized, token }) => [authorized, token])).toEqual([[false, undefined]]);
    expect(hook.questions).toHaveLength(2);
  });

  test('permits where the settings say so, which is counted', async () => {
    await consult({ deadline, onFailure: 'permit' });
    expect((await play())['decision']).toBe('permit');
    const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`kinpass_decision_webhook_total\\{result="${result}"\\} [1-9]`));
  });
});
