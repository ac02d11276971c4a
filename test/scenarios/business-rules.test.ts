import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { decisionsOf, verdicts } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { createRuleFile } from '../support/rule-file.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const rulesOf = createRuleFile();
const lines: string[] = [];
let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway({
    settings: {
      public: { countryHeader: 'X-Country' },
    },
    overrides: { log: createLog('debug', { write: (line) => void lines.push(line) }) },
  });
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const govern = (...rules: object[]) => t.reconfigure({ decisions: { rules: rulesOf(...rules) } });

const authorizing = (
  device: Device,
  resources: string[],
  headers: Record<string, string> = {},
  mvpd = 'Cablevision',
) => device.call(`/REF30/decisions/authorize/${mvpd}`, { method: 'POST', json: { resources }, headers });

const deciding = (purpose: 'browse' | 'play', resources: string[], headers: Record<string, string> = {}) =>
  tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose, mvpd: 'Cablevision', resources },
    headers,
  });

/** What Adobe was asked to decide since the test began, as it was sent. */
const askedOfAdobe = async (): Promise<string> =>
  (await t.control.requests())
    .filter(({ operation }) => operation?.startsWith('decisions.'))
    .map(({ body }) => String(body))
    .join('\n');

const denials = async (code: string): Promise<string | undefined> =>
  new RegExp(`kinpass_denials_total\\{reason="${code}"\\} (\\d+)`).exec(
    await (await fetch(`${t.adminOrigin}/metrics`)).text(),
  )?.[1];

const mrss = (title: string) =>
  `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>NEWS</title><item><title>${title}</title></item></channel></rss>`;

describe('a blackout, by the same bearer in every way', () => {
  beforeAll(() => govern({ resources: ['news'] }));

  test.each<[how: string, act: () => Promise<ApiAnswer>]>([
    ['authorize', () => authorizing(tv, ['news'])],
    ['authorize among others', () => authorizing(tv, ['REF30', 'news', 'news'])],
    ['authorize in another spelling', () => authorizing(tv, [' News'])],
    ['authorize, the id in an MRSS document', () => authorizing(tv, [mrss('news')])],
    [
      'authorize an MRSS document that cannot be read',
      () => authorizing(tv, [`<!DOCTYPE rss [<!ENTITY n "news">]>${mrss('&n;')}`]),
    ],
    [
      'authorize, the list given twice',
      () =>
        tv.call('/REF30/decisions/authorize/Cablevision', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"resources":["REF30"],"resources":["news"]}',
        }),
    ],
    ['authorize at TempPass', () => authorizing(tv, ['news'], {}, 'TempPass_TEST40')],
    ['authorize at an MVPD in percent-encoding', () => authorizing(tv, ['news'], {}, 'C%61blevision')],
    [
      'authorize with a slash at the end',
      () =>
        tv.call('/REF30/decisions/authorize/Cablevision/', { method: 'POST', json: { resources: ['news'] } }),
    ],
    [
      'authorize with two slashes',
      () =>
        tv.call('//REF30/decisions/authorize/Cablevision', { method: 'POST', json: { resources: ['news'] } }),
    ],
    [
      'authorize by a path in capitals',
      () =>
        tv.send('/API/V2/REF30/decisions/AUTHORIZE/Cablevision', {
          method: 'POST',
          json: { resources: ['news'] },
        }),
    ],
    ['preauthorize', () => tv.preauthorize('Cablevision', ['news'])],
    ['preauthorize among others', () => tv.preauthorize('Cablevision', ['REF30', 'news'])],
    ['browse', () => deciding('browse', ['REF30', 'news', mrss('news')])],
    ['play', () => deciding('play', ['news'])],
    ['play, the id in an MRSS document', () => deciding('play', [mrss('news')])],
  ])('%s: no permit, and Adobe is not asked', async (_, act) => {
    const answer = await act();
    const permitted = [...decisionsOf(answer)].filter(
      ({ authorized, token, ...rest }) =>
        authorized || token || ('decision' in rest && rest.decision === 'permit'),
    );
    expect(permitted.map(({ resource }) => resource).filter((resource) => resource !== 'REF30')).toEqual([]);
    expect((await askedOfAdobe()).toLowerCase()).not.toContain('news');
  });

  test('a client token without a viewer', async () => {
    const anonymous = t.device('tv', { id: 'nobody’s TV' });
    await anonymous.register();
    for (const mvpd of ['Cablevision', 'TempPass_TEST40'])
      expect(verdicts(await authorizing(anonymous, ['news'], {}, mvpd))).toEqual({
        news: 'gateway_rule_blackout',
      });
    expect(await askedOfAdobe()).toBe('');
  });

  test('a permit that is known from before', async () => {
    await t.reconfigure({});
    const ask = () => tv.preauthorize('Cablevision', ['news']);
    await eventually(async () => {
      expect(verdicts(await ask())).toEqual({ news: true });
      await t.control.clearRequests();
      expect(verdicts(await ask())).toEqual({ news: true });
      expect(await askedOfAdobe()).toBe('');
    });
    await govern({ profiles: ['regular'] });
    expect(verdicts(await ask())).toEqual({ news: 'gateway_rule_blackout' });
    expect(verdicts(await ask())).toEqual({ news: 'gateway_rule_blackout' });
    await govern({ resources: ['news'] });
    expect(verdicts(await ask())).toEqual({ news: 'gateway_rule_blackout' });
  });
});

describe('a denial by rule', () => {
  const text = { en: 'Not in your region.', es: 'No en su región.' }; // cspell:disable-line

  test('on REST V2 has Adobe’s shape and the gateway’s code, and is no decision of Adobe’s', async () => {
    await govern({ resources: ['news'], deny: { code: 'blackout', text } });
    const answer = await authorizing(tv, ['REF30', 'news'], { 'accept-language': 'es-MX' });
    expect(answer.status).toBe(200);
    const [permit, denial] = decisionsOf(answer);
    expect(permit).toMatchObject({ resource: 'REF30', authorized: true, source: 'mvpd' });
    expect(permit?.token?.serializedToken).toBeTruthy();
    expect(denial).toEqual({
      resource: 'news',
      serviceProvider: 'REF30',
      mvpd: 'Cablevision',
      authorized: false,
      error: {
        action: 'none',
        status: 403,
        code: 'gateway_rule_blackout',
        message: 'A rule of the programmer denies the resource.',
        details: text.es,
      },
    });
    expect(JSON.parse(await askedOfAdobe())).toEqual({ resources: ['REF30'] });
  });

  test('on /v1 says so, with the next step where there is one', async () => {
    await govern({ resources: ['news'], deny: { code: 'members', action: 'authentication', text } });
    const { body } = await deciding('play', ['news']);
    expect(body['decisions']).toEqual([
      {
        resource: 'news',
        decision: 'deny',
        error: {
          code: 'gateway_rule_members',
          action: 'authentication',
          status: 403,
          message: 'A rule of the programmer denies the resource.',
          details: text.en,
        },
        next: { step: 'authenticate', text: expect.any(String) },
      },
    ]);
    const browsed = await deciding('browse', ['REF30', 'news']);
    expect(browsed.body['decisions']).toMatchObject([
      { resource: 'REF30', decision: 'permit' },
      { resource: 'news', decision: 'deny', error: { code: 'gateway_rule_members' } },
    ]);
  });

  test('is counted once for each authorization, and the log names the rule', async () => {
    await govern({ id: 'finals', resources: ['news'], deny: { code: 'counted' } });
    await tv.preauthorize('Cablevision', ['news']);
    await authorizing(tv, ['news']);
    await deciding('play', ['news']);
    expect(await denials('gateway_rule_counted')).toBe('2');
    expect(lines.filter((line) => line.includes('"rule":"finals"'))).toHaveLength(3);
  });
});

describe('rules about', () => {
  const verdict = async (headers: Record<string, string> = {}, device = tv): Promise<unknown> =>
    verdicts(await authorizing(device, ['news'], headers))['news'];

  test('countries of devices, as a trusted proxy tells them', async () => {
    await govern({ exceptCountries: ['US'], unknownCountry: 'applies' });
    expect(await verdict({ 'x-country': 'US' })).toBe(true);
    for (const headers of [{ 'x-country': 'DE' }, { 'x-country': 'XX' }, { 'x-country': 'US, DE' }, {}])
      expect(await verdict(headers as Record<string, string>)).toBe('gateway_rule_blackout');
    await govern({ exceptCountries: ['US'], unknownCountry: 'passes' });
    expect(await verdict()).toBe(true);
  });

  test('apps', async () => {
    await govern({ apps: ['ref40-phone'] });
    expect(await verdict()).toBe(true);
    const phone = await t.signIn(t.device('phone', { address: '203.0.113.9' }), 'ana', 'google');
    expect(verdicts(await phone.authorize('Cablevision', ['news']))).toEqual({
      news: 'gateway_rule_blackout',
    });
  });

  test('profiles that are shared', async () => {
    await govern({ profiles: ['serviceTokenSSO'] });
    expect(await verdict()).toBe(true);
    const other = await t.signIn(t.device('tv', { id: 'another TV', address: '203.0.113.10' }), 'ana');
    expect(await verdict({}, other)).toBe('gateway_rule_blackout');
  });

  test('trials', async () => {
    await govern({ profiles: ['temporary'] });
    expect(await verdict()).toBe(true);
    await t.control.clearRequests();
    const trial = await authorizing(tv, ['news'], {}, 'TempPass_TEST40');
    // Adobe has said that it is one.
    expect((await t.control.requests()).map(({ operation }) => operation)).not.toContain('profiles.mvpd');
    expect(verdicts(trial)).toEqual({
      news: 'gateway_rule_blackout',
    });
  });
});

describe('the type of a profile', () => {
  const denied = { news: 'gateway_rule_blackout' };

  test('is that of a degraded login, which Adobe permits without a profile', async () => {
    await govern({ profiles: ['degraded'] });
    expect(verdicts(await authorizing(tv, ['news']))).toEqual({ news: true });
    const url = `${t.simulator.origins.adobe}/_control/degradation`;
    const degraded = { rule: 'AuthZAll', serviceProvider: 'REF30', mvpd: 'Cablevision' };
    await request({ method: 'POST', url, json: degraded });
    expect(verdicts(await authorizing(tv, ['news']))).toEqual(denied);
    await request({ method: 'DELETE', url });
  });

  test('is not known where the profile cannot be read', async () => {
    await govern({ profiles: ['unknown'] });
    expect(verdicts(await authorizing(tv, ['news']))).toEqual({ news: true });
    // Dropped from memory, and not to be had again.
    await govern({ profiles: ['unknown'] });
    await t.control.fault({ match: { operation: 'profiles.mvpd' }, fault: { kind: 'status', status: 500 } });
    expect(verdicts(await authorizing(tv, ['news']))).toEqual(denied);
    await t.control.clearFaults();
  });

  test('is read once for all permits of a call', async () => {
    await govern({ profiles: ['temporary'] });
    await t.control.clearRequests();
    expect(verdicts(await authorizing(tv, ['news', 'REF30']))).toEqual({ news: true, REF30: true });
    const reads = (await t.control.requests()).filter(({ operation }) => operation === 'profiles.mvpd');
    expect(reads).toHaveLength(1);
  });
});

test('an app whose preauthorizations are split is under the same rules', async () => {
  const apps = (t.settings['apps'] as object[]).map((app) => ({ ...app, splitPreauthorization: true }));
  await t.reconfigure({ apps: apps as never, decisions: { rules: rulesOf({ resources: ['news'] }) } });
  expect(verdicts(await tv.preauthorize('Cablevision', ['sports', 'news', 'REF30']))).toEqual({
    sports: 'preauthorization_denied_by_mvpd',
    news: 'gateway_rule_blackout',
    REF30: true,
  });
});

describe('a permit that a rule denies afterwards', () => {
  const token = { notBefore: 1, notAfter: 2, serializedToken: 'bWVkaWEtdG9rZW4tb2YtYS1kZW5pYWw=' };
  const facts = { resource: 'news', serviceProvider: 'REF30', mvpd: 'Cablevision' };
  const permits = (...decisions: object[]) =>
    t.control.fault({
      match: { operation: 'decisions.authorize' },
      times: 1,
      fault: { kind: 'body', body: JSON.stringify({ decisions }) },
    });

  test.each(['operation', 'play'])('leaves nothing of its media token (%s)', async (way) => {
    await govern({ id: 'no-degradation', sources: ['degradation'] });
    await permits({ ...facts, authorized: true, source: 'degradation', token });
    const answer = way === 'play' ? await deciding('play', ['news']) : await authorizing(tv, ['news']);
    expect(answer.text).toContain('gateway_rule_blackout');
    for (const said of [answer.text, lines.join('')]) {
      expect(said).not.toContain(token.serializedToken);
      expect(said).not.toContain('notAfter');
    }
    expect(lines.join('')).toContain('no-degradation');
  });

  test('of a resource that was not asked for, or spelled otherwise', async () => {
    await govern({ resources: ['sports'] }, { resources: ['Finals'], sources: ['mvpd'] });
    await permits(
      { ...facts, resource: 'sports', authorized: true, source: 'mvpd', token },
      { ...facts, resource: 'NEWS', authorized: true, source: 'mvpd', token },
    );
    const answer = await authorizing(tv, [mrss('Finals')]);
    expect(decisionsOf(answer).map(({ authorized }) => authorized)).toEqual([false, false]);
    expect(answer.text).not.toContain(token.serializedToken);
  });

  test('without a word that it is one', async () => {
    await govern({ sources: ['unknown'] });
    await permits({ ...facts, authorized: false, token });
    expect((await authorizing(tv, ['news'])).text).not.toContain(token.serializedToken);
  });
});

describe('what no rule touches', () => {
  const odd =
    '{ "decisions" : [ {"resource":"news","authorized":true,"source":"mvpd","x":1.50,"token":{"serializedToken":"dG9rZW4="}} ], "more": 1.00 }';
  const answerOnce = (body: string) =>
    t.control.fault({ match: { operation: 'decisions.authorize' }, times: 1, fault: { kind: 'body', body } });

  test.each([
    ['with rules', () => govern({ resources: ['sports'] }, { profiles: ['degraded'] })],
    ['without', () => t.reconfigure({})],
  ])('goes on as Adobe sent it, %s', async (_, configure) => {
    await configure();
    await answerOnce(odd);
    expect((await authorizing(tv, ['news'])).text).toBe(odd);
  });

  test('stays a denial of Adobe’s: no rule permits', async () => {
    await govern({ resources: ['news'] });
    expect(verdicts(await authorizing(tv, ['sports', 'news']))).toEqual({
      sports: 'authorization_denied_by_mvpd',
      news: 'gateway_rule_blackout',
    });
  });

  test('an error of Adobe’s about the rest is its answer to all', async () => {
    await govern({ resources: ['news'] });
    const answer = await authorizing(tv, ['REF30', 'news'], {}, 'Nowhere');
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_parameter_mvpd']);
  });
});

test('settings with a faulty rule file are refused as a whole', async () => {
  const faulty = rulesOf({ apps: ['nobody'] }, { countries: ['US'] });
  await expect(t.reconfigure({ decisions: { rules: faulty } })).rejects.toMatchObject({
    code: 'config_invalid',
    hint: expect.stringMatching(
      /rules\[0\]\.apps\[0\] {2}app "nobody" does not exist\n.*rules\[1\]\.unknownCountry {2}is missing/,
    ),
  });
});
