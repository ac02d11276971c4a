import { approveDevice } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import {
  adobeWas,
  askStart,
  clientOf,
  landing,
  logInAt,
  startOn,
  stepOf,
  useTokens,
} from '../support/start.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a TV without a viewer gets from start to play', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');

  const { result: first, asked } = await adobeWas(t, () => startOn(tv, clientOf(tv)));
  expect(first).toMatchObject({
    viewer: null,
    next: { step: 'sign-in', url: `${t.origin}/device`, interval: 0 },
  });
  expect(asked).toEqual([]);
  const signIn = stepOf(first, 'sign-in');
  expect(signIn.qr).toMatch(/user_code=.*ticket=/);

  const again = await startOn(tv, { ...clientOf(tv), device_code: String(signIn.device_code) });
  expect(stepOf(again, 'sign-in').code).toBe(signIn.code);
  expect(again.id).toBe(first.id);

  await approveDevice(t.browser(), String(signIn.qr), { provider: 'dtc', user: t.user('ana') });
  const approved = await startOn(tv, { ...clientOf(tv), device_code: String(signIn.device_code) });
  expect(approved).toMatchObject({
    viewer: { sub: expect.any(String) },
    tokens: { token_type: 'Bearer', access_token: expect.any(String), refresh_token: expect.any(String) },
  });
  const { providers } = stepOf(approved, 'choose-provider');
  expect(providers).toContainEqual(expect.objectContaining({ id: 'Cablevision' }));
  useTokens(tv, approved);

  const chosen = await startOn(tv, { mvpd: 'Cablevision', ...landing });
  const login = stepOf(chosen, 'authenticate');
  expect(login).toMatchObject({ mvpd: 'Cablevision', qr: login.url });
  expect(login.url).toBe(`${t.origin}/api/v2/authenticate/REF30/${login.code}`);

  await logInAt(t, login.url, 'ana', 'Cablevision');
  const done = await startOn(tv, { mvpd: 'Cablevision' });
  expect(done).toMatchObject({
    profile: { mvpd: 'Cablevision', type: 'regular' },
    next: { step: 'play', mvpd: 'Cablevision' },
  });
});

test('a second app of the family plays at once, without a call to Adobe the next time', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');

  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  const { result, asked } = await adobeWas(t, () => startOn(phone));
  expect(result).toMatchObject({
    profile: { mvpd: 'Cablevision', type: 'serviceTokenSSO' },
    next: { step: 'play', mvpd: 'Cablevision' },
  });
  expect(asked.filter((operation) => operation.startsWith('profiles'))).toEqual(['profiles.all']);
  expect((await adobeWas(t, () => startOn(phone))).asked).toEqual([]);
});

test('a repeated start shows the code that is on the screen already', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const wish = { mvpd: 'Cablevision', ...landing };
  const [one, two] = await Promise.all([startOn(tv, wish), startOn(tv, wish)]);
  const code = stepOf(one, 'authenticate').code;
  expect(stepOf(two, 'authenticate').code).toBe(code);
  const { result, asked } = await adobeWas(t, () => startOn(tv, wish));
  expect(stepOf(result, 'authenticate').code).toBe(code);
  expect(asked).not.toContain('sessions.create');
  // Also for whoever does not know which provider was chosen.
  expect(stepOf(await startOn(tv), 'authenticate').code).toBe(code);
  // Another choice is another session.
  expect(stepOf(await startOn(tv, { ...wish, mvpd: 'Dish' }), 'authenticate').code).not.toBe(code);
});

test('who is not known, or asks for something else, is told so', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const problem = async (...asked: Parameters<typeof askStart>) => {
    const { status, body, headers } = await askStart(...asked);
    expect(headers['content-type']).toBe('application/problem+json');
    return [status, String(body['type']).split('/').at(-1)];
  };
  expect(await problem(tv)).toEqual([401, 'gateway_access_token_missing']);
  expect(await problem(tv, { client_id: 'nobody' })).toEqual([400, 'client_credentials_invalid']);
  const other = await tv.send('/v1/sp/nobody/start', { method: 'POST', json: clientOf(tv) });
  expect(other.status).toBe(400);
  expect(await problem(tv, clientOf(tv), { 'ap-device-identifier': 'nothing' })).toEqual([
    400,
    'invalid_header_device_identifier',
  ]);

  await t.signIn(tv, 'ana');
  await startOn(tv);
  const another = { 'ap-device-identifier': `fingerprint ${Buffer.from('another').toString('base64')}` };
  expect(await problem(tv, {}, another)).toEqual([403, 'gateway_device_mismatch']);
  expect(await problem(tv, { mvpd: '../x' })).toEqual([400, 'gateway_parameter_invalid']);
  const foreign = { mvpd: 'Cablevision', redirectUrl: 'https://elsewhere.example/' };
  expect(await problem(tv, foreign)).toEqual([400, 'invalid_parameter_redirect_url']);
});
