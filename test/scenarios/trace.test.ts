import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { createMemoryStores } from '#src/stores/memory/create';
import { createAdminClient } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createRuleFile } from '../support/rule-file.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const start = async (settings: Record<string, unknown> = {}) => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  const writes: number[] = [];
  const records = {
    ...stores.records,
    putAll: (...[kind, entries]: Parameters<typeof stores.records.putAll>) => {
      writes.push(entries.length);
      return stores.records.putAll(kind, entries);
    },
  };
  const t = await startGateway({
    settings,
    overrides: { clock, stores: { ...stores, records } },
    worldClock: clock,
  });
  onTestFinished(() => t[Symbol.asyncDispose]());
  return { t, clock, writes };
};

/** The id that the app sees. */
const idOf = ({ headers }: Pick<ApiAnswer, 'headers'>) => String(headers['x-request-id']);

const traceOf = async ({ adminOrigin }: Pick<TestWorld, 'adminOrigin'>, id: string) => {
  const { status, body } = await createAdminClient(adminOrigin).get(`/requests/${id}`);
  return { status, body: body as Record<string, unknown> };
};

/** Adobe's answer to the next preauthorization, about the call as a whole. */
const refuseNext = async ({ control }: Pick<TestWorld, 'control'>) => {
  const refusal = {
    action: 'authentication',
    status: 403,
    code: 'authenticated_profile_missing',
    message: 'There is none.',
    helpUrl: 'https://adobe.example',
    trace: 'c0ffee00-0000-4000-8000-000000000001',
  };
  const match = { operation: 'decisions.preauthorize' };
  const fault = { kind: 'status', status: 403, body: JSON.stringify(refusal) } as const;
  await control.fault({ match, times: 1, fault });
};

/** Ana's TV, logged in. */
const loggedIn = async (t: TestWorld): Promise<Device> => {
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  return tv;
};

test("a call that Adobe refused is found by the gateway's id and by Adobe's", async () => {
  const { t, clock } = await start();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await refuseNext(t);
  const answer = await tv.preauthorize('Cablevision', ['sports', 'news']);
  expect(answer.status).toBe(403);
  await clock.advance(1_000);
  const { body } = await traceOf(t, idOf(answer));
  expect(body).toMatchObject({
    id: idOf(answer),
    operation: 'decisions.preauthorize',
    method: 'POST',
    app: 'ref30-tv',
    serviceProvider: 'REF30',
    mvpd: 'Cablevision',
    resources: 2,
    stage: 'adobe',
    status: 403,
    code: answer.body['code'],
    adobeTrace: answer.body['trace'],
  });
  expect(await traceOf(t, String(answer.body['trace']))).toMatchObject({ body: { id: idOf(answer) } });
});

test('each attempt is told', async () => {
  const { t, clock } = await start();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'status', status: 503 } });
  const asked = tv.profiles();
  let isDone = false;
  void asked.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(100);
  const answer = await asked;
  await clock.advance(1_000);
  const { body } = await traceOf(t, idOf(answer));
  const attempts = (body['attempts'] as { operation: string; status: number; attempt: number }[]).filter(
    ({ operation }) => operation === 'getProfiles',
  );
  // How often it is repeated depends on the time that is left.
  expect(attempts.map(({ status, attempt }) => [status, attempt]).slice(0, 2)).toEqual([
    [503, 1],
    [503, 2],
  ]);
});

test('a denial, which succeeds by its status', async () => {
  const { t, clock } = await start();
  const tv = await loggedIn(t);
  const answer = await tv.authorize('Cablevision', ['no such channel']);
  expect(answer.status).toBe(200);
  await clock.advance(1_000);
  expect((await traceOf(t, idOf(answer))).body).toMatchObject({
    operation: 'decisions.authorize',
    status: 200,
    resources: 1,
    code: expect.stringMatching(/^[a-z_]+$/),
  });
});

const rulesOf = createRuleFile();

test('a denial by a business rule, with the rule', async () => {
  const rules = rulesOf({ id: 'no-news', resources: ['news'] });
  const { t, clock } = await start({ decisions: { rules } });
  const tv = await loggedIn(t);
  const json = { purpose: 'play', mvpd: 'Cablevision', resources: ['news'] };
  const answer = await tv.send('/v1/sp/REF30/decisions', { method: 'POST', json });
  expect(answer.status).toBe(200);
  await clock.advance(1_000);
  expect((await traceOf(t, idOf(answer))).body).toMatchObject({
    operation: 'v1.decisions',
    mvpd: 'Cablevision',
    stage: 'gateway',
    code: expect.stringContaining('gateway_rule_'),
    rule: 'no-news',
  });
});

describe('what the gateway refuses itself', () => {
  test.each([
    ['request', { authorization: 'Bearer nonsense' }, 401, 'gateway_access_token_invalid'],
    ['request', { 'ap-device-identifier': 'nonsense' }, 400, 'invalid_header_device_identifier'],
  ])('ends at %s: %j', async (stage, headers, status, code) => {
    const { t, clock } = await start();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const answer = await tv.send('/api/v2/REF30/profiles', { headers });
    expect(answer.status).toBe(status);
    // The id in the answer is that of the header.
    expect(answer.body['trace']).toBe(idOf(answer));
    await clock.advance(1_000);
    expect((await traceOf(t, idOf(answer))).body).toMatchObject({ stage, status, code, attempts: [] });
  });

  test('on arrival', async () => {
    const { t, clock } = await start();
    const answer = await request({ url: `${t.origin}/nowhere` });
    await clock.advance(1_000);
    expect((await traceOf(t, idOf(answer))).body).toMatchObject({
      stage: 'arrival',
      operation: 'other',
      code: 'gateway_not_found',
    });
  });

  test('a token endpoint', async () => {
    const { t, clock } = await start();
    const answer = await request({
      method: 'POST',
      url: `${t.origin}/token`,
      form: { grant_type: 'refresh_token', refresh_token: 'none', client_id: 'ref30-tv' },
    });
    await clock.advance(1_000);
    expect((await traceOf(t, idOf(answer))).body).toMatchObject({
      stage: 'sign-in',
      code: 'invalid_grant',
    });
  });
});

test('nothing names a viewer, a device, an address, a code or a token', async () => {
  const { t, clock } = await start();
  const tv = await loggedIn(t);
  const answer = await tv.authorize('Cablevision', ['no such channel']);
  const byCode = await tv.send('/api/v2/REF30/profiles/code/NOSUCH1');
  await clock.advance(1_000);
  for (const one of [answer, byCode]) {
    const { status, body } = await traceOf(t, idOf(one));
    expect(status).toBe(200);
    const known = [
      'id at operation method app serviceProvider mvpd resources stage status',
      'code field rule adobeTrace ms attempts',
    ];
    expect(known.join(' ').split(' ')).toEqual(expect.arrayContaining(Object.keys(body)));
    const text = JSON.stringify(body);
    for (const secret of [tv.address, 'NOSUCH1', 'no such channel', tv.tokens?.accessToken ?? '-'])
      expect(text).not.toContain(secret);
  }
});

test('a request writes nothing by itself, and one that succeeds leaves nothing', async () => {
  const { t, clock, writes } = await start();
  const tv = await loggedIn(t);
  await clock.advance(5_000);
  const before = writes.length;
  const good = await tv.profiles();
  await clock.advance(5_000);
  expect(writes).toHaveLength(before);
  expect((await traceOf(t, idOf(good))).status).toBe(404);
  await Promise.all(Array.from({ length: 20 }, () => tv.send('/api/v2/REF99/profiles')));
  expect(writes).toHaveLength(before);
  await clock.advance(1_000);
  expect(writes.slice(before)).toEqual([20]);
});

test('a TV that waits for its viewer leaves nothing', async () => {
  const { t, clock, writes } = await start();
  const { deviceCode } = await t.device('tv').signIn.requestDeviceCode();
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: 'ref30-tv',
    device_code: deviceCode,
  };
  for (let polls = 0; polls < 3; polls += 1)
    expect(await request({ method: 'POST', url: `${t.origin}/token`, form })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^(authorization_pending|slow_down)$/) },
    });
  await clock.advance(5_000);
  expect(writes).toEqual([]);
});

test('a sample of what succeeds, where that is asked for', async () => {
  const { t, clock } = await start({ traces: { sampled: 1 } });
  const tv = await loggedIn(t);
  const good = await tv.profiles();
  await clock.advance(1_000);
  expect((await traceOf(t, idOf(good))).body).toMatchObject({ operation: 'profiles.all', status: 200 });
});

test('it is forgotten after traces.keptFor', async () => {
  const { t, clock } = await start({ traces: { keptFor: '1h' } });
  const answer = await request({ url: `${t.origin}/nowhere` });
  await clock.advance(1_000);
  expect((await traceOf(t, idOf(answer))).status).toBe(200);
  await clock.advance(60 * 60_000);
  expect((await traceOf(t, idOf(answer))).status).toBe(404);
});

test('an id that is none is refused', async () => {
  const { t } = await start();
  const { status, body } = await traceOf(t, 'a%20b');
  expect([status, body['field']]).toEqual([400, 'id']);
});

test('any node answers', async () => {
  const { t, second } = await startTwoNodes();
  const answer = await request({ url: `${second}/nowhere` });
  await eventually(async () => expect((await traceOf(t, idOf(answer))).status).toBe(200));
});

describe('kinpass trace', () => {
  /** Beside the gateway, with its configuration. */
  const runBeside = (t: TestWorld, ...args: string[]) => {
    const run = runKinpass(['trace', ...args, '--config', 'kinpass.yaml']);
    const { fixtures, origins } = t.simulator;
    const ports = {
      publicPort: Number(new URL(t.origin).port),
      adminPort: Number(new URL(t.adminOrigin).port),
    };
    const config = demoConfig({ fixtures, origins, publicOrigin: t.origin, ...ports });
    writeFileSync(join(run.folder, 'kinpass.yaml'), JSON.stringify(config));
    return run;
  };

  test('says what was asked and where it ended, or prints it as JSON', async () => {
    const { t, clock } = await start();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await refuseNext(t);
    const answer = await tv.preauthorize('Cablevision', ['sports']);
    await clock.advance(1_000);
    await using run = runBeside(t, idOf(answer));
    expect(await run.ended).toBe(0);
    const lines = run.output.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
    expect(lines[0]).toContain(idOf(answer));
    expect(lines).toEqual(
      expect.arrayContaining([
        'asked decisions.preauthorize (POST)',
        'app ref30-tv',
        'service provider REF30',
        'MVPD Cablevision',
        'resources 1',
        'ended after Adobe was asked',
        'status 403',
        `Adobe's id ${answer.body['trace']}`,
      ]),
    );
    await using asJson = runBeside(t, idOf(answer), '--json');
    expect(await asJson.ended).toBe(0);
    expect(JSON.parse(asJson.output)).toMatchObject({ id: idOf(answer), stage: 'adobe' });
  });

  test('says that nothing is kept', async () => {
    const { t } = await start();
    await using run = runBeside(t, 'no-such-request');
    expect(await run.ended).not.toBe(0);
    expect(run.output).toContain('nothing is kept of such a request');
  });
});
