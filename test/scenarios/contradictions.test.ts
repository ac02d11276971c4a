/** Where Adobe's pages contradict each other about an answer, both forms reach the app. docs/contradictions.md has them all. */
import { type ApiRequest, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
let code: string;
beforeAll(async () => {
  t = await startGateway();
  tv = t.device('tv');
  await tv.register();
  code = String((await tv.createSession({ mvpd: 'Cablevision' })).body['code']);
});
afterAll(async () => t[Symbol.asyncDispose]());

const notBefore = '1893456000000';
const notAfter = '1893457800000';
const session = {
  actionName: 'authorize',
  actionType: 'direct',
  reasonType: 'authenticated',
  sessionId: 's',
  serviceProvider: 'REF30',
};
const requestor = { id: 'REF30', name: 'Reference' };
const error = { action: 'none', status: 400, code: 'invalid_parameter_mvpd' };

type Form = [
  what: string,
  operation: string,
  sent: (code: string) => [string, Omit<ApiRequest, 'url'>?],
  status: number,
  body: object,
];

const partnerProfile: Form[2] = () => [
  '/profiles/sso/Apple',
  { method: 'POST', form: { SAMLResponse: 'PFJlc3BvbnNlLz4=' } },
];
const status: Form[2] = (own) => [`/sessions/${own}`];
const resume: Form[2] = (own) => [`/sessions/${own}`, { method: 'POST', form: { mvpd: 'Cablevision' } }];
/** Each of another profile, since the gateway keeps configurations for a while. */
const configuration =
  (profileOf: string): Form[2] =>
  () => [`/configuration?profile=${profileOf}`];
const profile: Form[2] = () => ['/profiles/Cablevision'];

describe('both forms of an answer pass', () => {
  test.each<Form>([
    ['a partner profile with 201', 'profiles.sso', partnerProfile, 201, { profiles: {} }],
    ['a partner profile with 200', 'profiles.sso', partnerProfile, 200, { profiles: {} }],
    [
      'a resumed session with its code',
      'sessions.resume',
      resume,
      200,
      { ...session, code: 'X', notBefore, notAfter },
    ],
    ['a resumed session without a code', 'sessions.resume', resume, 200, session],
    [
      'a session’s existingParameters, domainName',
      'sessions.get',
      status,
      200,
      { existingParameters: { domainName: 'adobe.com' }, missingParameters: ['mvpd'], notBefore, notAfter },
    ],
    [
      'a session’s existing and missing, domain',
      'sessions.get',
      status,
      200,
      { existing: { domain: 'adobe.com' }, missing: ['mvpd'], notBefore, notAfter },
    ],
    [
      'MVPDs of the requestor, domains as objects',
      'configuration.get',
      configuration('a'),
      200,
      { requestor: { ...requestor, domains: [{ name: 'adobe.com' }], mvpds: [{ id: 'Cablevision' }] } },
    ],
    [
      'MVPDs beside the requestor, domains as texts',
      'configuration.get',
      configuration('b'),
      200,
      { requestor: { ...requestor, domains: ['adobe.com'] }, mvpds: [{ id: 'Cablevision' }], time: 1 },
    ],
    ['an error with a text', 'profiles.mvpd', profile, 400, { ...error, message: 'No.' }],
    ['an error with an object as its message', 'profiles.mvpd', profile, 400, { ...error, message: {} }],
    [
      'an error of TempPass with the action of the catalogue',
      'profiles.mvpd',
      profile,
      403,
      { code: 'temporary_access_duration_limit_exceeded', action: 'authentication', status: 403 },
    ],
    [
      'an error of TempPass with the action of the sample',
      'profiles.mvpd',
      profile,
      403,
      { code: 'temporary_access_duration_limit_exceeded', action: 'none', status: 403 },
    ],
  ])('%s', async (_what, operation, sent, answered, body) => {
    await t.control.fault({
      match: { operation },
      times: 1,
      fault: { kind: 'status', status: answered, body: body as typeof error },
    });
    const [path, more] = sent(code);
    const answer = await tv.call(`/REF30${path}`, more);
    expect([answer.status, answer.text]).toEqual([answered, JSON.stringify(body)]);
  });
});

test.each([undefined, 'https://adobe.com/signed-in'])(
  'a registration with the redirect_uri %s',
  async (uri) => {
    const json = { software_statement: tv.app.softwareStatement, ...(uri && { redirect_uri: uri }) };
    const { status: answered, body } = await request({
      method: 'POST',
      url: `${t.origin}/o/client/register`,
      json,
    });
    expect([answered, body['redirect_uris']]).toEqual([201, uri ? [uri] : []]);
  },
);

test.each(['Apple', 'apple'])('the partner is spelled as the app spells it: %s', async (partner) => {
  await tv.call(`/REF30/sessions/sso/${partner}`, { method: 'POST', form: {} });
  const last = reachedAdobe(await t.control.requests()).at(-1);
  expect(last?.path).toBe(`/api/v2/REF30/sessions/sso/${partner}`);
});
