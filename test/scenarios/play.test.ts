import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const cablevision = { purpose: 'play', mvpd: 'Cablevision' };

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway({
    settings: {
      decisions: { upgrades: [{ mvpd: 'Cablevision', details: 'subscribe' }] },
    },
  });
  tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
});
afterAll(() => t[Symbol.asyncDispose]());

const play = (resource: string, { mvpd = 'Cablevision', headers = {}, device = tv } = {}) =>
  device.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    headers,
    json: { ...cablevision, mvpd, resources: [resource] },
  });

const decisionIn = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  (body['decisions'] as Record<string, unknown>[])[0] ?? {};

const authorizations = (): number =>
  t.simulator.control.requests().filter(({ operation }) => operation === 'decisions.authorize').length;

/** Adobe's answer to the next authorization. */
const answerOnce = (body: object) =>
  t.control.fault({
    match: { operation: 'decisions.authorize' },
    times: 1,
    fault: { kind: 'body', body: JSON.stringify(body) },
  });

const denied = (error: object | undefined) => ({
  decisions: [
    {
      resource: 'news',
      serviceProvider: 'REF30',
      mvpd: 'Cablevision',
      source: 'mvpd',
      authorized: false,
      error,
    },
  ],
});

describe('a resource that plays', () => {
  test('is permitted with a media token for the media server', async () => {
    const answer = await play('news');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      mvpd: 'Cablevision',
      decisions: [
        {
          resource: 'news',
          decision: 'permit',
          mediaToken: {
            serializedToken: expect.any(String),
            notBefore: expect.any(Number),
            notAfter: expect.any(Number),
          },
        },
      ],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('is one authorization at Adobe each time, however soon', async () => {
    const before = authorizations();
    for (let plays = 0; plays < 2; plays += 1)
      expect(decisionIn(await play('news'))['decision']).toBe('permit');
    expect(authorizations() - before).toBe(2);
  });
});

describe('a resource that does not play', () => {
  const subscribe = {
    action: 'none',
    status: 403,
    code: 'authorization_denied_by_mvpd',
    message: 'denied',
    details: 'Subscribe to Sports Plus',
  };

  test('says why, and what the viewer can do, in their language', async () => {
    await answerOnce(denied(subscribe));
    const answer = await play('news', { headers: { 'accept-language': 'es-419, en;q=0.5' } });
    expect(answer.status).toBe(200);
    expect(decisionIn(answer)).toEqual({
      resource: 'news',
      decision: 'deny',
      error: subscribe,
      next: { step: 'upgrade', text: expect.stringContaining('suscripción') }, // cspell:disable-line
    });
    expect(answer.headers['content-language']).toBe('es');
    expect(String(answer.headers['vary'])).toContain('Accept-Language');
  });

  test('is denied by an MVPD that gives no reason of its own', async () => {
    expect(decisionIn(await play('sports'))).toMatchObject({
      decision: 'deny',
      error: { code: 'authorization_denied_by_mvpd' },
      next: { step: 'contact-provider' },
    });
  });

  test('is denied by whom Adobe does not say', async () => {
    await answerOnce(denied(undefined));
    expect(decisionIn(await play('news'))).toMatchObject({
      decision: 'deny',
      error: { code: 'authorization_denied_by_mvpd', action: 'none', status: 403 },
      next: { step: 'contact-provider' },
    });
  });

  test('at an MVPD where nobody is logged in: log in there', async () => {
    const answer = await play('news', {
      device: await t.signIn(t.device('tv', { id: 'another TV', address: '203.0.113.7' }), 'ben'),
    });
    expect(decisionIn(answer)).toMatchObject({
      decision: 'deny',
      error: { code: 'authenticated_profile_missing', action: 'authentication' },
      next: { step: 'authenticate' },
    });
  });

  test('at an MVPD that does not exist: nothing that a viewer can do', async () => {
    const decision = decisionIn(await play('news', { mvpd: 'Nowhere' }));
    expect(decision).toMatchObject({ decision: 'unknown', error: { code: 'invalid_parameter_mvpd' } });
    expect(decision).not.toHaveProperty('next');
  });
});

test('a permit without a media token is not passed on as one', async () => {
  await answerOnce({ decisions: [{ resource: 'news', source: 'mvpd', authorized: true }] });
  const { status, body } = await play('news');
  expect([status, String(body['type'])]).toEqual([
    502,
    expect.stringContaining('gateway_adobe_answer_invalid'),
  ]);
});

test('two resources do not play at once', async () => {
  const before = authorizations();
  const { status, body } = await tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { ...cablevision, resources: ['news', 'movies'] },
  });
  expect({ status, field: body['field'] }).toEqual({ status: 400, field: 'resources' });
  expect(authorizations()).toBe(before);
});
