import { createHash } from 'node:crypto';
import got from 'got';
import { expect, test } from 'vitest';
import {
  approveDevice,
  authorizeUrl,
  newBrowser,
  redirectUri,
  type Stage,
  signInDevice,
  startStage,
} from './stage.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A device that has redeemed `spent` for the tokens `after`. */
const refreshed = async (stage: Stage) => {
  const { refresh_token: spent = '' } = await signInDevice(stage);
  const { body: after } = await stage.refresh(spent);
  await stage.clock.advance(1);
  return { spent, after };
};

const ended = (stage: Stage) => {
  expect(stage.seen.ended).toEqual([stage.seen.opened[0]?.grant]);
};

test('a lost answer is given again, with the time that its tokens still have', async () => {
  await using stage = await startStage();
  const { device_code } = await approveDevice(stage);
  const { body: lost } = await stage.redeem(device_code);
  await stage.clock.advance(599_000);
  expect((await stage.redeem(device_code)).body).toEqual({ ...lost, expires_in: 3_600 - 599 });
});

test('hours later the access token has expired and the ID token is left out; the sign-in goes on', async () => {
  await using stage = await startStage();
  const { spent, after } = await refreshed(stage);
  await stage.clock.advance(23 * hour);
  const { id_token: _, ...others } = after;
  expect((await stage.refresh(spent)).body).toEqual({ ...others, expires_in: 0 });
  expect((await stage.refresh(after['refresh_token'])).status).toBe(200);
});

test('it is given to the same request only, and other requests end nothing', async () => {
  await using stage = await startStage();
  const { spent, after } = await refreshed(stage);
  const narrower = { grant_type: 'refresh_token', refresh_token: spent, client_id: 'tv', scope: 'openid' };
  expect((await stage.token(narrower)).body['error']).toBe('invalid_grant');
  expect((await stage.refresh(spent, 'phone')).body['error']).toBe('invalid_grant');
  expect((await stage.refresh(spent)).body).toEqual(after);
});

test('whoever intercepts a code that was redeemed gets nothing for it without its verifier', async () => {
  await using stage = await startStage();
  const verifier = 'a-code-verifier-of-sufficient-length-for-the-tests';
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const browser = newBrowser();
  await browser.open(authorizeUrl(stage, { code_challenge }));
  const { url } = await browser.submit({ button: 'Viewers account' });
  const code = url.searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'web' };
  const { body } = await stage.token({ ...form, code_verifier: verifier });
  expect(body['access_token']).toBeTypeOf('string');
  expect((await stage.token({ ...form, code_verifier: `${verifier}!` })).body['error']).toBe('invalid_grant');
  expect((await stage.token(form)).body['error']).toBe('invalid_grant');
  expect((await stage.token({ ...form, code_verifier: verifier })).body).toEqual(body);
});

test.each<[string, (stage: Stage, after: Record<string, string>) => Promise<unknown>]>([
  ['a refresh', (stage, after) => stage.refresh(after['refresh_token'])],
  ['a call to the gateway', (stage, after) => stage.authenticate(after['access_token'])],
  [
    'a call for the userinfo',
    (stage, { access_token }) =>
      got(`${stage.origin}/me`, { headers: { authorization: `Bearer ${access_token}` } }),
  ],
])('after %s with what was issued, the spent token means theft: the sign-in ends', async (_what, use) => {
  await using stage = await startStage();
  const { spent, after } = await refreshed(stage);
  await use(stage, after);
  expect((await stage.refresh(spent)).body['error']).toBe('invalid_grant');
  ended(stage);
  expect(await stage.authenticate(after['access_token'])).toBeUndefined();
  expect((await stage.refresh(after['refresh_token'])).body['error']).toBe('invalid_grant');
  expect((await stage.refresh(spent)).body['error']).toBe('invalid_grant');
});

test.each([
  ['of a refresh token for the time that is set', day, false],
  ['of a code for ten minutes', 600_000, true],
])('the answer is kept: %s', async (_what, lifetime, ofCode) => {
  await using stage = await startStage();
  const { device_code } = await approveDevice(stage);
  const { body } = await stage.redeem(device_code);
  const ask = () => (ofCode ? stage.redeem(device_code) : stage.refresh(body['refresh_token']));
  await ask();
  await stage.clock.advance(lifetime - 1);
  expect((await ask()).status).toBe(200);
  await stage.clock.advance(1);
  expect((await ask()).body['error']).toBe('invalid_grant');
});

test('without a lifetime no answer is given again', async () => {
  await using stage = await startStage({ settings: { lostAnswerLifetime: 0 } });
  const { spent } = await refreshed(stage);
  expect((await stage.refresh(spent)).body['error']).toBe('invalid_grant');
  ended(stage);
});

test('a rival that came too late for the answer is refused, and ends nothing', async () => {
  await using stage = await startStage({ settings: { lostAnswerLifetime: 0 } });
  const { refresh_token } = await signInDevice(stage);
  stage.raceFor('RefreshToken', 5);
  const answers = await Promise.all(Array.from({ length: 5 }, () => stage.refresh(refresh_token)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  expect(stage.seen.ended).toEqual([]);
});

test('no answer is given again after its sign-in ended', async () => {
  await using stage = await startStage();
  const { spent, after } = await refreshed(stage);
  const form = { token: after['access_token'], client_id: 'tv' };
  await got.post(`${stage.origin}/token/revocation`, { form });
  expect((await stage.refresh(spent)).body['error']).toBe('invalid_grant');
});

test('no answer is given again while the settings refuse its sign-in', async () => {
  let allowed = true;
  await using stage = await startStage({ allowed: () => allowed });
  const { spent, after } = await refreshed(stage);
  allowed = false;
  expect((await stage.refresh(spent)).body['error']).toBe('invalid_grant');
  expect((await stage.refresh(after['refresh_token'])).body['error']).toBe('invalid_grant');
});

test('an app that lost the answer signs out with the token that it has', async () => {
  await using stage = await startStage();
  const { spent, after } = await refreshed(stage);
  const revoke = (client_id: string) =>
    got.post(`${stage.origin}/token/revocation`, { form: { token: spent, client_id } });
  await revoke('phone');
  expect(stage.seen.ended).toEqual([]);
  await revoke('tv');
  ended(stage);
  expect((await stage.refresh(after['refresh_token'])).body['error']).toBe('invalid_grant');
});

test('a request that fails spends nothing', async () => {
  await using stage = await startStage();
  const { refresh_token } = await signInDevice(stage);
  const form = { grant_type: 'refresh_token', refresh_token: refresh_token ?? '', client_id: 'tv' };
  expect((await stage.token({ ...form, scope: 'openid email' })).body['error']).toBe('invalid_scope');
  stage.viewers.delete('ana');
  expect((await stage.refresh(refresh_token)).body['error']).toBe('invalid_grant');
  stage.viewers.set('ana', null);
  expect((await stage.refresh(refresh_token)).status).toBe(200);
});
