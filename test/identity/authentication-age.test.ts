import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuthenticationRequest } from '#src/identity/authentication-request';
import { createManualClock } from '../support/manual-clock.ts';
import { app, type ScriptedFacebook, startScriptedFacebook, userId } from './scripted-facebook.ts';
import { json, type ScriptedOp, startScriptedOp } from './scripted-op.ts';
import { atOp, providerOf, redirectUri, signIn } from './signing-in.ts';

const clock = createManualClock();
const now = () => clock.now() / 1000;
const rejected = { code: 'identity_rejected' };

let op: ScriptedOp;
let facebook: ScriptedFacebook;
beforeEach(async () => {
  [op, facebook] = await Promise.all([startScriptedOp(clock), startScriptedFacebook(clock)]);
});
afterEach(() => Promise.all([op, facebook].map((one) => one[Symbol.asyncDispose]())));

const atAnOp = () => providerOf(atOp(op), clock);
const atGoogle = () => {
  const { issuer, client } = op;
  return providerOf({ kind: 'google', issuer, clientId: client.id, clientSecret: client.secret }, clock);
};
const atFacebook = () => {
  const { origin } = facebook;
  return providerOf({ kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app }, clock);
};

const usual = new Set(
  'client_id redirect_uri response_type scope state nonce code_challenge code_challenge_method'.split(' '),
);
const sent = async (provider: ReturnType<typeof atAnOp>, request: AuthenticationRequest) => {
  const { url } = await provider.begin({ redirectUri, request });
  return Object.fromEntries([...url.searchParams].filter(([name]) => !usual.has(name)));
};

const everything = {
  maxAge: 60,
  loginHint: 'ana@viewers.example',
  uiLocales: ['en'],
  acrValues: ['gold'],
} as const;
const sessionAge = '{"id_token":{"auth_time":{"essential":true}}}';
const password = { auth_type: 'reauthenticate', auth_nonce: expect.stringMatching(/^[0-9a-f]{64}$/) };

describe('a provider is sent what it knows of the request', () => {
  test.each<[string, () => ReturnType<typeof atAnOp>, AuthenticationRequest, object]>([
    ['an OP', atAnOp, {}, {}],
    [
      'an OP',
      atAnOp,
      { prompt: 'login', ...everything },
      {
        prompt: 'login',
        max_age: '60',
        login_hint: 'ana@viewers.example',
        ui_locales: 'en',
        acr_values: 'gold',
      },
    ],
    ['an OP', atAnOp, { prompt: 'select_account' }, { prompt: 'login' }],
    ['Google', atGoogle, {}, {}],
    [
      'Google',
      atGoogle,
      { prompt: 'login', ...everything },
      { prompt: 'select_account', claims: sessionAge, login_hint: 'ana@viewers.example' },
    ],
    ['Google', atGoogle, { prompt: 'select_account' }, { prompt: 'select_account' }],
    ['Google', atGoogle, { maxAge: 60 }, { claims: sessionAge }],
    ['Facebook', atFacebook, {}, {}],
    ['Facebook', atFacebook, { prompt: 'login', ...everything }, password],
    ['Facebook', atFacebook, { prompt: 'select_account' }, password],
    ['Facebook', atFacebook, { maxAge: 60 }, password],
    ['Facebook', atFacebook, { loginHint: 'ana', uiLocales: ['en'], acrValues: ['gold'] }, {}],
  ])('%s: %#', async (_, provider, request, parameters) => {
    expect(await sent(provider(), request)).toEqual(parameters);
  });

  test('an OP that lists select_account', async () => {
    op.script.metadata = { prompt_values_supported: ['login', 'select_account'] };
    expect(await sent(atAnOp(), { prompt: 'select_account' })).toEqual({ prompt: 'select_account' });
  });
});

describe.each([
  ['an OP', atAnOp],
  ['Google', atGoogle],
])('%s', (_, provider) => {
  test('says when credentials were entered, and how', async () => {
    op.script.claims = { auth_time: now() - 5_000.5, acr: 'gold' };
    expect(await signIn(provider(), op)).toMatchObject({ authTime: now() - 5_001, acr: 'gold' });
  });

  test('that says nothing is not made to say something', async () => {
    const identity = await signIn(provider(), op);
    expect(identity).not.toHaveProperty('authTime');
    expect(identity).not.toHaveProperty('acr');
  });

  test('whose clock is ahead says now; whose clock is wrong says nothing', async () => {
    op.script.claims = { auth_time: now() + 20 };
    expect(await signIn(provider(), op)).toMatchObject({ authTime: now() });
    op.script.claims = { auth_time: now() + 3_600 };
    expect(await signIn(provider(), op)).not.toHaveProperty('authTime');
  });

  const login = { prompt: 'login' } as const;

  test.each<[AuthenticationRequest, number]>([
    [login, 0],
    [{ maxAge: 60 }, -60],
    [{ maxAge: 3_600 }, -3_000],
  ])('passes %j with auth_time %i seconds ago', async (request, age) => {
    op.script.claims = { auth_time: now() + age };
    expect(await signIn(provider(), op, request)).toMatchObject({ authTime: now() + age });
  });

  test.each<[AuthenticationRequest, number | undefined]>([
    [login, -31],
    [login, undefined],
    [{ maxAge: 60 }, -91],
    [{ maxAge: 60 }, undefined],
    [{ maxAge: 60 }, -30 * 86_400],
  ])('fails %j with auth_time %s seconds ago', async (request, age) => {
    op.script.claims = age === undefined ? {} : { auth_time: now() + age };
    await expect(signIn(provider(), op, request)).rejects.toMatchObject(rejected);
  });

  test('a viewer may take long after entering credentials', async () => {
    const { url, checks } = await provider().begin({ redirectUri, request: login });
    const enteredAt = now();
    await clock.advance(300_000);
    op.script.claims = { auth_time: enteredAt };
    const completing = provider().complete({ callback: op.approve(url), checks, request: login });
    expect(await completing).toMatchObject({ authTime: enteredAt });
  });
});

describe('Facebook', () => {
  const login = { prompt: 'login' } as const;

  test.each([login, { maxAge: 60 }])('proves %j: the password was entered since then', async (request) => {
    const { url, checks } = await atFacebook().begin({ redirectUri, request });
    const begunAt = now();
    await clock.advance(120_000);
    const completing = atFacebook().complete({ callback: facebook.approve(url), checks, request });
    expect(await completing).toMatchObject({ subject: userId, authTime: begunAt });
  });

  test('proves it in the same way with an ID Token', async () => {
    facebook.script.bend = (draft) => draft;
    expect(await signIn(atFacebook(), facebook, login)).toMatchObject({ subject: userId, authTime: now() });
  });

  test('is not asked where nobody wants to know, and says no time', async () => {
    for (const request of [{}, { prompt: 'select_account' }] as const)
      expect(await signIn(atFacebook(), facebook, request)).not.toHaveProperty('authTime');
    expect(facebook.server.times('/v23.0/oauth/access_token_info')).toBe(0);
  });

  test.each([
    ['no nonce', { auth_nonce: undefined }],
    ['the nonce of another sign-in', { auth_nonce: 'f'.repeat(64) }],
    ['that it did something else', { auth_type: 'rerequest' }],
  ])('that says %s proves nothing', async (_, reauthentication) => {
    facebook.script.reauthentication = reauthentication;
    await expect(signIn(atFacebook(), facebook, login)).rejects.toMatchObject(rejected);
  });

  test('a viewer who strips the demand from the URL has proven nothing', async () => {
    const { url, checks } = await atFacebook().begin({ redirectUri, request: login });
    url.searchParams.delete('auth_type');
    const completing = atFacebook().complete({ callback: facebook.approve(url), checks, request: login });
    await expect(completing).rejects.toMatchObject(rejected);
  });

  test.each([
    [json({ error: { code: 190 } }, 400), rejected],
    [json({}, 503), { code: 'identity_provider_unavailable' }],
  ])('that does not answer proves nothing: %#', async (answer, error) => {
    facebook.routes['/v23.0/oauth/access_token_info'] = answer;
    await expect(signIn(atFacebook(), facebook, login)).rejects.toMatchObject(error);
  });
});
