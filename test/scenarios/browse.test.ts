import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const many = ['news', 'sports', ...Array.from({ length: 10 }, (_, index) => `channel-${index}`)];

const browse = (device: Device, order: Record<string, string | string[]>) =>
  device.send('/v1/sp/REF30/decisions', { method: 'POST', json: { purpose: 'browse', ...order } });

const sent = (t: TestWorld): unknown[] =>
  t.simulator.control.requests().filter(({ operation }) => operation === 'decisions.preauthorize');

describe('browsing a page of twelve resources', () => {
  let t: TestWorld;
  let tv: Device;
  beforeAll(async () => {
    t = await startGateway();
    tv = await t.signIn(t.device('tv'), 'ana');
    await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  });
  afterAll(() => t[Symbol.asyncDispose]());

  test('takes one call of the app and three of Adobe', async () => {
    t.simulator.control.clearRequests();
    const { status, body } = await browse(tv, { mvpd: 'Cablevision', resources: many });
    expect(status).toBe(200);
    const decisions = body['decisions'] as { resource: string; decision: string; error?: { code: string } }[];
    expect(decisions.map(({ resource }) => resource)).toEqual(many);
    expect(decisions[0]).toEqual({ resource: 'news', decision: 'permit' });
    expect(decisions[1]).toMatchObject({
      decision: 'deny',
      error: { code: 'preauthorization_denied_by_mvpd', action: 'none', status: 403 },
    });
    expect(sent(t)).toHaveLength(3);
  });

  test('never yields a media token', async () => {
    const { text } = await browse(tv, { mvpd: 'Cablevision', resources: ['news'] });
    expect(text).not.toMatch(/token/i);
  });

  test.for([
    ['purpose', { purpose: 'watch', mvpd: 'Cablevision', resources: ['news'] }],
    ['mvpd', { mvpd: '../x', resources: ['news'] }],
    ['resources', { mvpd: 'Cablevision', resources: [] }],
    ['resources', { mvpd: 'Cablevision', resources: Array.from({ length: 501 }, String) }],
  ] as const)('a wrong %s is named, and nothing is asked of Adobe', async ([field, order]) => {
    t.simulator.control.clearRequests();
    const { status, body } = await browse(tv, order as Record<string, string | string[]>);
    expect({ status, field: body['field'] }).toEqual({ status: 400, field });
    expect(sent(t)).toEqual([]);
  });

  test('an MVPD that is unknown is refused with the code that Adobe has for it', async () => {
    const { body } = await browse(tv, { mvpd: 'Nowhere', resources: ['news'] });
    expect(body['decisions']).toEqual([
      expect.objectContaining({
        decision: 'unknown',
        error: expect.objectContaining({ code: 'invalid_parameter_mvpd' }),
      }),
    ]);
  });
});

test('plain REST V2 is split for an app whose settings say so, and for no other', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  expect(await tv.preauthorize('Cablevision', many)).toMatchObject({
    status: 403,
    body: { code: 'too_many_resources' },
  });
  const apps = (t.settings['apps'] as ConfigInput['apps']).map((app) => ({
    ...app,
    splitPreauthorization: true,
  }));
  await t.reconfigure({ apps });
  const answer = await tv.preauthorize('Cablevision', many);
  expect(Object.keys(verdicts(answer))).toEqual(many);
  expect(verdicts(answer)).toMatchObject({ news: true, sports: 'preauthorization_denied_by_mvpd' });
});
