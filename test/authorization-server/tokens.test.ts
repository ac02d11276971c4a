import got from 'got';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { approveDevice, newBrowser, type Stage, scan, signInDevice, startStage } from './stage.ts';

test('a refresh token rotates, and the sign-in goes on', async () => {
  await using stage = await startStage();
  const first = await signInDevice(stage);
  const { body: second } = await stage.refresh(first['refresh_token'] ?? '');
  expect(second.refresh_token).not.toBe(first['refresh_token']);
  expect(await stage.authenticate(second.access_token)).toMatchObject({ viewer: 'ana' });
});

/** Twenty clients that are one: all ask at once, and get what the fastest of them got. */
const twentyOf = async (ask: () => ReturnType<Stage['refresh']>) => {
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  return answers[0]?.body ?? {};
};

test('twenty refreshes at once get one answer, and its tokens live', async () => {
  await using stage = await startStage();
  const tokens = await signInDevice(stage);
  stage.raceFor('RefreshToken', 20);
  const answer = await twentyOf(() => stage.refresh(tokens['refresh_token']));
  expect(await stage.authenticate(answer['access_token'])).toMatchObject({ viewer: 'ana' });
  expect((await stage.refresh(answer['refresh_token'])).status).toBe(200);
  expect(stage.seen.ended).toEqual([]);
});

test('twenty redemptions of one device code at once get one answer, and its tokens live', async () => {
  await using stage = await startStage();
  const device = await approveDevice(stage);
  stage.raceFor('DeviceCode', 20);
  const answer = await twentyOf(() => stage.redeem(device['device_code']));
  expect(await stage.authenticate(answer['access_token'])).toMatchObject({ viewer: 'ana' });
  expect((await stage.refresh(answer['refresh_token'])).status).toBe(200);
});

test.each(['access_token', 'refresh_token'])('revoking the %s ends the sign-in', async (kind) => {
  await using stage = await startStage();
  const tokens = await signInDevice(stage);
  const { statusCode } = await got.post(`${stage.origin}/token/revocation`, {
    form: { token: tokens[kind], client_id: 'tv' },
  });
  expect(statusCode).toBe(200);
  expect(await stage.authenticate(tokens['access_token'] ?? '')).toBeUndefined();
  expect((await stage.refresh(tokens['refresh_token'] ?? '')).body.error).toBe('invalid_grant');
  expect(stage.seen.ended).toEqual([stage.seen.opened[0]?.grant]);
});

test('an access token ends by the clock, and other spellings of it never lived', async () => {
  await using stage = await startStage();
  const { access_token = '' } = await signInDevice(stage);
  for (const other of [access_token.slice(0, -1), `${access_token}A`, access_token.toLowerCase(), ''])
    expect(await stage.authenticate(other)).toBeUndefined();
  expect(await stage.authenticate(access_token)).toBeDefined();
  await stage.clock.advance(3_600_000);
  expect(await stage.authenticate(access_token)).toBeUndefined();
});

test('tokens of one kind are not accepted as another', async () => {
  await using stage = await startStage();
  const tokens = await signInDevice(stage);
  expect(await stage.authenticate(tokens['refresh_token'] ?? '')).toBeUndefined();
  expect(await stage.authenticate(tokens['id_token'] ?? '')).toBeUndefined();
  expect((await stage.refresh(tokens['access_token'] ?? '')).body.error).toBe('invalid_grant');
  expect((await stage.redeem(tokens['refresh_token'])).body.error).toBe('invalid_grant');
});

test('a token of one app is nothing in the hands of another', async () => {
  await using stage = await startStage();
  const tokens = await signInDevice(stage);
  expect((await stage.refresh(tokens['refresh_token'] ?? '', 'phone')).body.error).toBe('invalid_grant');
  const device = await stage.startDevice();
  expect((await stage.redeem(device['device_code'], 'phone')).body.error).toBe('invalid_grant');
  expect(await stage.authenticate(tokens['access_token'] ?? '')).toBeDefined();
});

test('a registered instance proves itself with its secret, of which only the hash is known', async () => {
  await using stage = await startStage();
  const form = { client_id: 'instance', scope: 'openid' };
  expect((await stage.post('/device/auth', form)).body.error).toBe('invalid_client');
  const wrong = await stage.post('/device/auth', { ...form, client_secret: `${stage.secret}x` });
  expect(wrong.body.error).toBe('invalid_client');
  const basic = { authorization: `Basic ${Buffer.from(`instance:${stage.secret}`).toString('base64')}` };
  const { body: device } = await stage.post('/device/auth', form, basic);
  const phone = newBrowser();
  await scan(device, phone);
  await phone.submit({ button: 'Approve' });
  const { body } = await stage.post('/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.device_code ?? '',
    client_id: 'instance',
    client_secret: stage.secret,
  });
  expect(await stage.authenticate(body.access_token)).toMatchObject({ clientId: 'instance' });
  expect(stage.seen.opened[0]).toMatchObject({ clientId: 'instance', app: { id: 'tv' } });
});

test('on the real clock, too, one of twenty wins', async () => {
  await using stage = await startStage({ clock: systemClock });
  const tokens = await signInDevice(stage);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stage.refresh(tokens['refresh_token'] ?? '')),
  );
  const won = answers.filter(({ status }) => status === 200);
  expect(new Set(won.map(({ body }) => body.access_token)).size).toBe(1);
  expect(await stage.authenticate(won[0]?.body.access_token)).toBeDefined();
});
