import { approveDevice } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

test('a TV shows a code; Ana signs in with DTC on her phone and lets the TV in', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode();
  expect(code.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{5}-[BCDFGHJKLMNPQRSTVWXZ]{5}$/);
  expect(code.verificationUri).toBe(`${t.origin}/device`);
  expect((await tv.signIn.poll(code)).body['error']).toBe('authorization_pending');

  const phone = t.browser();
  await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
  expect(phone.visited.some(({ origin }) => origin === t.simulator.origins.dtc)).toBe(true);

  const tokens = await tv.signIn.awaitTokens(code);
  tv.use(tokens);
  expect((await tv.profiles()).body).toEqual({ profiles: {} });
  expect((await tv.signIn.poll(code)).body['error']).toBe('invalid_grant');
});

test('a TV that polls too fast is told to slow down', async () => {
  await using t = await startGateway({ settings: { signIn: { pollingInterval: '60s' } } });
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode();
  expect(code.interval).toBe(60);
  expect((await tv.signIn.poll(code)).body['error']).toBe('authorization_pending');
  expect((await tv.signIn.poll(code)).body['error']).toBe('slow_down');
});

test('a viewer who denies the TV leaves it outside', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const code = await tv.signIn.requestDeviceCode();
  const phone = t.browser();
  await approveDevice(phone, code.verificationUriComplete, {
    provider: 'dtc',
    user: t.user('ana'),
    decision: 'Deny',
  });
  expect((await tv.signIn.poll(code)).body['error']).toBe('access_denied');
});
