import { defaultFixtures } from '@kinpass/simulator';
import { request } from '@kinpass/simulator/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { refused } from './bent-id-tokens.ts';
import { app, type ScriptedFacebook, startScriptedFacebook, userId } from './scripted-facebook.ts';
import { type Handler, json } from './scripted-op.ts';
import { providerOf, redirectUri, signIn } from './signing-in.ts';
import { callbackOf, signInAt, startSimulatedProviders } from './simulated.ts';

const clock = createManualClock();
let facebook: ScriptedFacebook;
beforeEach(async () => {
  facebook = await startScriptedFacebook(clock);
});
afterEach(() => facebook[Symbol.asyncDispose]());

const provider = () => {
  const { origin } = facebook;
  return providerOf({ kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app }, clock);
};

const rejected = { code: 'identity_rejected' };
const unavailable = { code: 'identity_provider_unavailable' };
const misconfigured = { code: 'identity_provider_misconfigured' };

const ana = () => ({
  provider: 'op',
  issuer: facebook.origin,
  subject: userId,
  email: { address: 'ana@viewers.example', authority: null },
  name: 'Ana Lima',
});

test('the dialog is asked for a code, with PKCE, state and nonce', async () => {
  const { url, checks } = await provider().begin({ redirectUri });
  expect(url.origin + url.pathname).toBe(`${facebook.origin}/v23.0/dialog/oauth`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: app.clientId,
    response_type: 'code',
    scope: 'openid email public_profile',
    state: checks.state,
    nonce: checks.nonce,
    code_challenge_method: 'S256',
  });
  expect(facebook.server.asked).toEqual([]);
});

test('at the real Facebook, dialog and Graph API have hosts of their own', async () => {
  const { url } = await providerOf({ kind: 'facebook', ...app }, clock, false).begin({ redirectUri });
  expect(url.origin).toBe('https://www.facebook.com');
});

test('nobody is sent to plain http, unless that is allowed', async () => {
  const plain = { kind: 'facebook', webOrigin: facebook.origin, ...app } as const;
  await expect(providerOf(plain, clock, false).begin({ redirectUri })).rejects.toMatchObject(misconfigured);
});

test('the ID Token says who the viewer is, when it comes', async () => {
  facebook.script.bend = (draft) => draft;
  facebook.script.claims = { email: 'ana@viewers.example', email_verified: true, name: 'Ana Lima' };
  expect(await signIn(provider(), facebook)).toEqual(ana());
  expect(facebook.server.times('/v23.0/debug_token')).toBe(0);
});

test('else the Graph API does, and it is the same identity', async () => {
  expect(await signIn(provider(), facebook)).toEqual(ana());
});

describe('an ID Token that fails is not made up for by the Graph API', () => {
  test.each(refused)('%s', async (_, bend) => {
    facebook.script.bend = bend;
    await expect(signIn(provider(), facebook)).rejects.toMatchObject(rejected);
    expect(facebook.server.times('/v23.0/debug_token')).toBe(0);
  });

  test("the real Facebook's issuer counts at the real Facebook alone", async () => {
    facebook.script.bend = (draft) => draft;
    facebook.script.claims = { iss: 'https://www.facebook.com' };
    await expect(signIn(provider(), facebook)).rejects.toMatchObject(rejected);
  });
});

describe('an access token is refused', () => {
  test.each([
    ['of another app', { app_id: '666' }],
    ['of an app whose number looks alike', { app_id: '01234567890' }],
    ['that is not valid', { is_valid: false }],
    ['whose validity is text', { is_valid: 'true' }],
    ['of a page', { type: 'PAGE' }],
    ['that has expired', { expires_at: clock.now() / 1000 }],
    ['without expiry', { expires_at: undefined }],
    ['of nobody', { user_id: undefined }],
    ['of another user than /me says', { user_id: '9000000000000002' }],
    ['of a user with an odd id', { user_id: '../me' }],
  ])('%s', async (_, inspection) => {
    facebook.script.inspection = inspection;
    await expect(signIn(provider(), facebook)).rejects.toMatchObject(rejected);
  });

  test('of which nothing is said', async () => {
    facebook.routes['/v23.0/debug_token'] = json({});
    await expect(signIn(provider(), facebook)).rejects.toMatchObject(rejected);
  });
});

test('an access token that never expires is good', async () => {
  facebook.script.inspection = { expires_at: 0 };
  expect(await signIn(provider(), facebook)).toEqual(ana());
});

test('an app id may come as a number', async () => {
  facebook.script.inspection = { app_id: Number(app.clientId) };
  expect(await signIn(provider(), facebook)).toEqual(ana());
});

test('a viewer without address or name signs in all the same', async () => {
  facebook.script.me = { email: undefined, name: undefined };
  const identity = await signIn(provider(), facebook);
  expect(identity).toEqual({ provider: 'op', issuer: facebook.origin, subject: userId });
});

const page: Handler = (_, response) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');

describe.each(['/v23.0/oauth/access_token', '/v23.0/debug_token', '/v23.0/me'])('%s', (path) => {
  test.each([
    ['refuses', () => facebook.graphError(102), rejected],
    ['does not know our secret', () => facebook.graphError(1), misconfigured],
    ['does not know our app', () => facebook.graphError(101), misconfigured],
    ['is overrun, and calls it a bad request', () => facebook.graphError(4), unavailable],
    ['fails', () => facebook.graphError(1, 500), unavailable],
    ['is away', () => json('x', 503), unavailable],
    ['sends elsewhere', () => json({}, 301), unavailable],
    ['sends a page instead of JSON', () => page, unavailable],
  ])('%s', async (_, answer, error) => {
    facebook.routes[path] = answer();
    await expect(signIn(provider(), facebook)).rejects.toMatchObject(error);
    expect(facebook.server.times(path)).toBe(1);
  });
});

const genuine = {
  '/v23.0/debug_token': {
    data: { app_id: app.clientId, type: 'USER', is_valid: true, expires_at: 4e9, user_id: userId },
  },
  '/v23.0/me': { id: userId, name: 'Ana Lima' },
};

test.each([
  ['/v23.0/debug_token', 400, rejected],
  ['/v23.0/debug_token', 500, unavailable],
  ['/v23.0/me', 400, rejected],
  ['/v23.0/me', 500, unavailable],
] as const)('%s with status %i is an error, whatever its body says', async (path, status, error) => {
  facebook.routes[path] = json(genuine[path], status);
  await expect(signIn(provider(), facebook)).rejects.toMatchObject(error);
  facebook.routes[path] = json(genuine[path]);
  expect(await signIn(provider(), facebook)).toMatchObject({ subject: userId });
});

test('190 is about the token that was sent: at debug_token that is the app itself', async () => {
  facebook.routes['/v23.0/me'] = facebook.graphError(190);
  await expect(signIn(provider(), facebook)).rejects.toMatchObject(rejected);
  facebook.routes['/v23.0/debug_token'] = facebook.graphError(190);
  const facts = { step: 'graph', endpoint: `${facebook.origin}/v23.0/debug_token`, error: 'graph_190' };
  await expect(signIn(provider(), facebook)).rejects.toMatchObject({ ...misconfigured, facts });
});

test('the viewer says no', async () => {
  const { url, checks } = await provider().begin({ redirectUri });
  const callback = facebook.approve(url);
  callback.search = `?error=access_denied&error_reason=user_denied&state=${checks.state}`;
  const completing = provider().complete({ callback, checks });
  await expect(completing).rejects.toMatchObject({ code: 'sign_in_refused' });
});

test('another state never reaches the token endpoint', async () => {
  const { url, checks } = await provider().begin({ redirectUri });
  const callback = facebook.approve(url);
  const completing = provider().complete({ callback, checks: { ...checks, state: 'another' } });
  await expect(completing).rejects.toMatchObject(rejected);
  expect(facebook.server.asked).toEqual([]);
});

test('no error holds the access token or the app secret', async () => {
  facebook.routes['/v23.0/me'] = (request) => void request.socket.destroy();
  const error: unknown = await signIn(provider(), facebook).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(unavailable);
  expect(error).not.toHaveProperty('cause');
  expect(Reflect.get(Object(error), 'detail')).toBe(`${facebook.origin}: ECONNRESET`);
});

test('through the simulated Facebook, with an ID Token and without', async () => {
  await using simulator = await startSimulatedProviders();
  const { adobe, facebook: origin } = simulator.origins;
  const viewer = async () => {
    const origins = { webOrigin: origin, graphOrigin: origin };
    const config = { kind: 'facebook', ...origins, ...defaultFixtures.clients.facebook } as const;
    const real = providerOf(config, systemClock);
    const fill = { username: 'chloe@viewers.example', password: 'chloe-password' };
    return real.complete(await signInAt(real, callbackOf('facebook'), (browser) => browser.submit({ fill })));
  };
  const byIdToken = await viewer();
  const url = `${adobe}/_control/identities/facebook/switches`;
  expect((await request({ method: 'PUT', url, json: { idTokenInCodeFlow: false } })).status).toBe(200);
  expect(await viewer()).toEqual(byIdToken);
  expect(byIdToken).toMatchObject({
    issuer: origin,
    email: { address: 'chloe@viewers.example', authority: null },
    name: 'Chloé Martin',
  });
});
