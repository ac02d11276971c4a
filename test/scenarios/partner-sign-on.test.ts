import { type Device, request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const redirectUrl = 'https://adobe.com';

const statusHeader = (accessStatus = 'granted') => {
  const status = {
    frameworkPermissionInfo: { accessStatus },
    frameworkProviderInfo: { id: 'Cablevision', expirationDate: String(Date.now() + 3_600_000) },
  };
  return { 'ap-partner-framework-status': Buffer.from(JSON.stringify(status)).toString('base64') };
};

const begin = (device: Device, form = {}, headers = statusHeader()) =>
  device.call('/REF30/sessions/sso/Apple', { method: 'POST', form, headers });

/** The framework on the device takes Adobe's request to the MVPD and brings its response back. */
const askFramework = async (t: TestWorld, authenticationRequest: string): Promise<string> => {
  const json = { mvpd: 'Cablevision', username: 'ana@cablevision.example', authenticationRequest };
  const url = `${t.simulator.origins.adobe}/_control/partner/saml-response`;
  return String((await request({ method: 'POST', url, json })).body['SAMLResponse']);
};

test('a viewer signed in with the account of the device gets its profile, and no service token is sent', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.clearRequests();

  const { body } = await begin(tv);
  expect(body).toMatchObject({ actionName: 'partner_profile', actionType: 'direct', reasonType: 'none' });
  const { request: sent } = body['authenticationRequest'] as { request: string };
  const form = { SAMLResponse: await askFramework(t, sent) };
  const made = await tv.call('/REF30/profiles/sso/Apple', { method: 'POST', form, headers: statusHeader() });
  expect(made).toMatchObject({ status: 201, body: { profiles: { Cablevision: { type: 'appleSSO' } } } });

  const seen = await tv.call('/REF30/profiles', { headers: statusHeader() });
  expect(seen.body).toMatchObject({ profiles: { Cablevision: { type: 'appleSSO' } } });
  const partner = (await t.control.requests()).filter(({ operation }) => operation.endsWith('.sso'));
  expect(partner.map(({ operation, serviceToken }) => [operation, serviceToken])).toEqual([
    ['sessions.sso', null],
    ['profiles.sso', null],
  ]);
});

test('a viewer who declined the framework signs in with a code that the gateway knows', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const form = { domainName: 'adobe.com', redirectUrl };
  const { body } = await begin(tv, {}, statusHeader('denied'));
  expect(body).toMatchObject({ actionName: 'resume', reasonType: 'missing_parameters_fallback' });
  const resumed = await tv.call(`/REF30/sessions/${body['code']}`, {
    method: 'POST',
    form: { ...form, mvpd: 'Cablevision' },
  });
  expect(resumed.body).toMatchObject({ actionName: 'authenticate' });
  expect((await tv.profileByCode(String(body['code']))).body).toEqual({ profiles: {} });
});

test('requests that the gateway finds invalid are not forwarded', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.clearRequests();
  const call = (path: string, form: object, headers = {}) =>
    tv.call(path, { method: 'POST', form: { ...form }, headers: { ...statusHeader(), ...headers } });

  const answers = [
    await call('/REF30/profiles/sso/Apple', {}),
    await call('/REF30/profiles/sso/Apple', { SAMLResponse: '<Response/>' }),
    await call('/REF30/sessions/sso/Apple', { redirectUrl: 'https://ana@adobe.com' }),
    await call('/REF30/sessions/sso/Apple', {}, { 'ap-device-identifier': '' }),
    await call('/REF30/sessions/sso/Ap%2Fple', {}),
  ];
  expect(answers.map(({ status, body }) => [status, body['code'], body['message']])).toEqual([
    [400, 'invalid_parameter_saml_response', expect.stringContaining('SAMLResponse')],
    [400, 'invalid_parameter_saml_response', expect.stringContaining('SAMLResponse')],
    [400, 'invalid_parameter_redirect_url', expect.stringContaining('redirectUrl')],
    [400, 'invalid_header_device_identifier', expect.stringContaining('AP-Device-Identifier')],
    [400, 'invalid_parameter_partner', expect.stringContaining('partner')],
  ]);
  expect((await t.control.requests()).filter(({ party }) => party === 'adobe')).toEqual([]);
});
