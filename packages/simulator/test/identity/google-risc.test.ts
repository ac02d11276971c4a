import { createHash } from 'node:crypto';
import got from 'got';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createManualClock } from '../support/manual-clock.ts';
import { offline, startGoogle } from './google-sign-in.ts';
import { startReceiver } from './receiver.ts';
import { hasLeft } from './start-party.ts';

const { clientId } = defaultFixtures.clients.google;
const ana = defaultFixtures.users.find(({ id }) => id === 'ana')?.google.subject;
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/';

const stage = async () => {
  const receiver = await startReceiver({ status: 202 });
  const google = await startGoogle({ gateway: receiver.origin });
  const configuration = await got(`${google.origin}/.well-known/risc-configuration`).json<
    Record<string, string>
  >();
  const keys = createRemoteJWKSet(new URL(configuration['jwks_uri'] ?? ''));
  const received = async () =>
    jwtVerify(receiver.received.at(-1)?.body ?? '', keys, {
      issuer: configuration['issuer'] ?? '',
      audience: clientId,
    });
  return {
    receiver,
    google,
    received,
    [Symbol.asyncDispose]: async () => {
      await google[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
};

test('the configuration names an issuer with a slash, keys and the way of delivery', async () => {
  await using google = await startGoogle();
  expect(await got(`${google.origin}/.well-known/risc-configuration`).json()).toEqual({
    issuer: `${google.origin}/`,
    jwks_uri: `${google.origin}/oauth2/v3/certs`,
    delivery_methods_supported: ['https://schemas.openid.net/secevent/risc/delivery-method/push'],
  });
});

test.each([
  ['sessions-revoked', `${risc}sessions-revoked`],
  ['tokens-revoked', `${oauth}tokens-revoked`],
  ['account-disabled', `${risc}account-disabled`],
  ['account-enabled', `${risc}account-enabled`],
  ['account-credential-change-required', `${risc}account-credential-change-required`],
])('%s is pushed as a signed event token', async (kind, type) => {
  await using world = await stage();
  const sent = await world.google.party.sendEvent({ kind, user: 'ana', details: { reason: 'hijacking' } });
  expect(sent).toMatchObject({ kind, user: 'ana', accepted: true, answer: { status: 202 } });
  expect(world.receiver.received).toMatchObject([
    { path: '/backchannel/google', contentType: 'application/secevent+jwt' },
  ]);
  const { payload } = await world.received();
  const subject = { subject_type: 'iss-sub', iss: `${world.google.origin}/`, sub: ana };
  expect(payload).toEqual({
    iss: `${world.google.origin}/`,
    aud: clientId,
    iat: expect.any(Number),
    jti: expect.any(String),
    events: { [type]: { subject, reason: 'hijacking' } },
  });
});

test('verification carries a state and nobody; every event has a name of its own', async () => {
  await using world = await stage();
  const verify = () =>
    world.google.party.sendEvent({ kind: 'verification', details: { state: 'some state' } });
  const [first, second] = [await verify(), await verify()];
  expect((await world.received()).payload['events']).toEqual({
    [`${risc}verification`]: { state: 'some state' },
  });
  expect(first.claims['jti']).not.toBe(second.claims['jti']);
  expect(world.google.party.sentEvents()).toEqual([first, second]);
});

test('a single token is named by its double hash or its beginning', async () => {
  await using world = await stage();
  const { tokens } = await world.google.signIn(offline);
  const token = tokens['refresh_token'] ?? '';
  const sha512 = (data: string | Buffer) => createHash('sha512').update(data).digest();
  await world.google.party.sendEvent({ kind: 'token-revoked', user: 'ana' });
  expect((await world.received()).payload['events']).toEqual({
    [`${oauth}token-revoked`]: {
      subject: {
        subject_type: 'oauth_token',
        token_type: 'refresh_token',
        token_identifier_alg: 'hash_base64_sha512_sha512',
        token: sha512(sha512(token)).toString('base64'),
      },
    },
  });
  expect((await world.google.refresh(token)).status).toBe(400);

  const again = await world.google.signIn(offline);
  const sent = await world.google.party.sendEvent({
    kind: 'token-revoked',
    user: 'ana',
    details: { token_identifier_alg: 'prefix' },
  });
  expect(JSON.stringify(sent.claims)).toContain(`"${(again.tokens['refresh_token'] ?? '').slice(0, 16)}"`);
  await expect(world.google.party.sendEvent({ kind: 'token-revoked', user: 'ben' })).rejects.toMatchObject({
    field: 'user',
  });
});

test('what is announced has happened at Google too', async () => {
  await using world = await stage();
  const { google } = world;
  const { browser, tokens } = await google.signIn(offline);
  expect(await google.party.sessions()).toMatchObject([{ user: 'ana' }]);
  await google.party.sendEvent({ kind: 'sessions-revoked', user: 'ana' });
  expect(await google.party.sessions()).toEqual([]);
  await browser.open(await google.authorizeUrl());
  expect(hasLeft(browser)).toBe(false);

  await google.party.sendEvent({ kind: 'account-disabled', user: 'ana' });
  expect(google.party.switches.disabledUsers).toEqual(['ana']);
  expect((await google.refresh(tokens['refresh_token'] ?? '')).status).toBe(400);
  await browser.submit({ button: 'Ana Lima' });
  await browser.submit({ fill: { password: 'ana-password' } });
  expect(browser.page.status).toBe(403);

  await google.party.sendEvent({ kind: 'account-enabled', user: 'ana' });
  await google.signIn({}, browser);
});

test('200 is not what Google takes for an answer', async () => {
  await using receiver = await startReceiver({ status: 200 });
  await using google = await startGoogle({ gateway: receiver.origin });
  const sent = await google.party.sendEvent({ kind: 'verification' });
  expect(sent).toMatchObject({ accepted: false, complaint: expect.stringContaining('202') });
});

test('events follow the clock of the world, can be bent, and are refused when they make no sense', async () => {
  const clock = createManualClock();
  await using receiver = await startReceiver({ status: 400 });
  await using google = await startGoogle({ clock, gateway: receiver.origin });
  const send = (more: object) => google.party.sendEvent({ kind: 'sessions-revoked', user: 'ana', ...more });
  const refused = await send({ audience: 'somebody', claims: { exp: 1 } });
  expect(refused).toMatchObject({
    at: new Date(clock.now()).toISOString(),
    claims: { aud: 'somebody', exp: 1, iat: clock.now() / 1000 },
    accepted: false,
    complaint: expect.stringContaining('202'),
  });
  await send({ flaw: 'badSignature' });
  const keys = createRemoteJWKSet(new URL(`${google.origin}/oauth2/v3/certs`));
  await expect(jwtVerify(receiver.received.at(-1)?.body ?? '', keys)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
  await expect(send({ user: undefined })).rejects.toMatchObject({ field: 'user' });
  await expect(send({ kind: 'party' })).rejects.toMatchObject({ field: 'kind' });
});
