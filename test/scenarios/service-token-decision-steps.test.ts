/**
 * Authorization by single sign-on with a service token, step by step as Adobe numbers it, by a second app that never logged in. The
 * same steps lead to a preauthorization. Source: REST API V2, Single sign-on, Service token, Flows.
 */
import type { RecordedRequest } from '@kinpass/simulator';
import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerTo, callOf, callsDuring, claimsIn, expectCallsOf } from '../support/adobe-calls.ts';
import { decisionsOf, profileTypes, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const epochSeconds = () => Math.floor(Date.now() / 1_000);

let t: TestWorld;
/** Of the first app, which has logged in. */
let subject: unknown;
beforeAll(async () => {
  t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  const { calls } = await callsDuring(t, () => tv.authorize('Cablevision', ['REF30']));
  subject = claimsIn(callOf(calls, 'decisions.authorize'))['sub'];
});
afterAll(() => t[Symbol.asyncDispose]());

/** As a media server verifies it. */
const verified = async (serializedToken: string | undefined, resourceId: string) => {
  const url = `${t.simulator.origins.adobe}/_control/media-tokens/verification`;
  const json = { serializedToken: serializedToken ?? '', requestorId: 'REF40', resourceId };
  return (await request({ method: 'POST', url, json })).body;
};

/** What the MVPD has decided, as Adobe keeps it. */
const decidedByMvpd = async (): Promise<readonly Record<string, unknown>[]> => {
  const { text } = await request({
    url: `${t.simulator.origins.adobe}/_control/authorizations?mvpd=Cablevision`,
  });
  return JSON.parse(text);
};

describe.each([
  [
    'authorization',
    'decisions.authorize',
    (device: Device, resource: string) => device.authorize('Cablevision', [resource]),
  ],
  [
    'preauthorization',
    'decisions.preauthorize',
    (device: Device, resource: string) => device.preauthorize('Cablevision', [resource]),
  ],
] as const)('%s', (kind, operation, decide) => {
  let phone: Device;
  let all: readonly string[];
  let call: RecordedRequest;
  let permit: ApiAnswer;
  let deny: ApiAnswer;
  beforeAll(() => {
    phone = t.device('phone', { id: `the phone of the ${kind}`, address: '198.51.100.23' });
  });

  test('1: the second app signs its viewer in with the identity service, of which Adobe hears nothing', async () => {
    const { asked } = await callsDuring(t, () => t.signIn(phone, 'ana', 'google'));
    expect(asked).toEqual([]);
  });

  test('2: there is a signed token in force that names the viewer of the first app', async () => {
    const { result, calls, asked } = await callsDuring(t, () => decide(phone, 'REF40'));
    all = asked;
    permit = result;
    call = callOf(calls, operation);
    expect(call.serviceToken?.verified).toBe(true);
    expect(claimsIn(call)['sub']).toBe(subject);
    expect(Number(claimsIn(call)['exp'])).toBeGreaterThan(epochSeconds());
    expect(permit.text).not.toContain(String(call.headers['ad-service-token']));
  });

  test('3: the decision is asked with all that Adobe requires, and no profile is asked for before', async () => {
    expect(call.path).toBe(`/api/v2/REF40/${operation.replace('.', '/')}/Cablevision`);
    expect(JSON.parse(call.body ?? '')).toEqual({ resources: ['REF40'] });
    expectCallsOf(phone, [call], { isSignedIn: true });
    expect(all).toEqual(['dcr.register', 'dcr.token', operation]);
  });

  test('4: Adobe finds the profile of the first app, though this one never logged in', async () => {
    expect(profileTypes(await phone.profiles())).toEqual({ Cablevision: 'serviceTokenSSO' });
    expect(answerTo(call)).toMatchObject({ decisions: [{ source: 'mvpd', mvpd: 'Cablevision' }] });
  });

  test('5: the MVPD decides for the resource', async () => {
    const decided = (await decidedByMvpd()).filter(({ resource }) => resource === 'REF40');
    expect(decided.at(-1)).toMatchObject({ permit: true, preflight: kind === 'preauthorization' });
    // Its own subscriber is named there, never the viewer's account.
    expect(JSON.stringify(decided)).not.toContain(String(subject));
  });

  test(`6: the permit is passed on ${kind === 'authorization' ? 'with a media token' : 'without a media token'}`, () => {
    expect(permit.body).toEqual(answerTo(call));
    const [decision] = decisionsOf(permit);
    expect(decision).toMatchObject({ resource: 'REF40', authorized: true });
    expect(typeof decision?.token?.serializedToken).toBe(kind === 'authorization' ? 'string' : 'undefined');
  });

  test.runIf(kind === 'authorization')('7: the stream starts with the media token', async () => {
    const token = decisionsOf(permit)[0]?.token?.serializedToken;
    expect(await verified(token, 'REF40')).toMatchObject({ status: 'VALID_TOKEN' });
    expect(await verified(token, 'news')).toMatchObject({ status: 'INVALID_RESOURCE_ID' });
  });

  test('8: a denial is passed on with its details', async () => {
    const { result, calls } = await callsDuring(t, () => decide(phone, 'sports'));
    deny = result;
    expect(deny.status).toBe(200);
    expect(deny.body).toEqual(answerTo(callOf(calls, operation)));
    expect(verdicts(deny)).toEqual({ sports: `${kind}_denied_by_mvpd` });
  });

  test('9: the app can show why, in the words of the MVPD', () => {
    const [decision] = decisionsOf(deny);
    expect(decision).toMatchObject({
      authorized: false,
      error: { action: 'none', status: 403, details: expect.stringContaining('sports') },
    });
    expect(decision).not.toHaveProperty('token');
  });
});
