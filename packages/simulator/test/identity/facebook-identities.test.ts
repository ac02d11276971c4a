import got from 'got';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createFacebook } from '#src/identity/facebook/facebook';
import { startParty } from './start-party.ts';

const { facebook: app, facebookOther: otherApp } = defaultFixtures.clients;

const startFacebook = () => startParty(createFacebook);

test('Limited Login has an issuer, keys and tokens of its own', async () => {
  await using facebook = await startFacebook();
  const issuer = `${facebook.origin}/limited`;
  const discovery = await got(`${issuer}/.well-known/openid-configuration/`).json<Record<string, string>>();
  expect(discovery['issuer']).toBe(issuer);
  const limitedKeys = createRemoteJWKSet(new URL(discovery['jwks_uri'] ?? ''));
  const token = await facebook.party.mintIdToken({ user: 'ana', kind: 'limited', nonce: 'n' });
  const { payload } = await jwtVerify(token, limitedKeys, { issuer, audience: app.clientId });
  expect(payload).toMatchObject({
    jti: expect.any(String),
    nonce: 'n',
    given_name: 'Ana',
    family_name: 'Lima',
    email: 'ana@viewers.example',
  });
  expect(payload).not.toHaveProperty('email_verified');

  const wwwKeys = createRemoteJWKSet(new URL(`${facebook.origin}/.well-known/oauth/openid/jwks/`));
  await expect(jwtVerify(token, wwwKeys)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  await expect(jwtVerify(await facebook.party.mintIdToken({ user: 'ana' }), wwwKeys)).resolves.toBeDefined();
});

test('the bare host sends key seekers away; who follows no redirect finds none', async () => {
  await using facebook = await startFacebook();
  const bare = `${facebook.origin}/bare/.well-known/oauth/openid/jwks`;
  for (const url of [bare, `${bare}/`]) {
    const { status, headers } = await fetch(url, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([301, '/.well-known/oauth/openid/jwks/']);
  }
  const token = await facebook.party.mintIdToken({ user: 'ana' });
  await expect(jwtVerify(token, createRemoteJWKSet(new URL(bare)))).rejects.toMatchObject({
    code: 'ERR_JOSE_GENERIC',
  });
  await expect(got(bare).json()).resolves.toHaveProperty('keys');
});

test('tokens may name the bare host as their issuer', async () => {
  await using facebook = await startFacebook();
  facebook.party.changeSwitches({ issuerForm: 'bare' });
  expect(decodeJwt(await facebook.party.mintIdToken({ user: 'ana' })).iss).toBe(`${facebook.origin}/bare`);
  const limited = await facebook.party.mintIdToken({ user: 'ana', kind: 'limited' });
  expect(decodeJwt(limited).iss).toBe(`${facebook.origin}/limited`);
});

test('every app is told other ids, the same in tokens and in Graph', async () => {
  await using facebook = await startFacebook();
  const idAt = async ({ clientId, clientSecret }: typeof app) => {
    const input_token = await facebook.party.mintAccessToken({ user: 'ana', audience: clientId });
    const { data } = await got(`${facebook.origin}/debug_token`, {
      searchParams: { input_token, access_token: `${clientId}|${clientSecret}` },
    }).json<{ data: { user_id: string; app_id: string } }>();
    const { id } = await got(`${facebook.origin}/me`, { searchParams: { access_token: input_token } }).json<{
      id: string;
    }>();
    const { sub } = decodeJwt(await facebook.party.mintIdToken({ user: 'ana', audience: clientId }));
    expect(data).toMatchObject({ user_id: id, app_id: clientId });
    expect(sub).toBe(id);
    return id;
  };
  const [own, other] = [await idAt(app), await idAt(otherApp)];
  expect(own).toBe(defaultFixtures.users.find(({ id }) => id === 'ana')?.facebook.id);
  expect(other).toMatch(/^\d{16}$/);
  expect(other).not.toBe(own);
});

test('both sets of keys outlive a restart and a rotation', async () => {
  await using before = await startFacebook();
  const tokens = await Promise.all(
    ['web', 'limited'].map((kind) => before.party.mintIdToken({ user: 'ana', kind })),
  );
  await before.party.rotateKeys();
  await using after = await startFacebook();
  after.party.restore(before.party.snapshot());
  const paths = ['', '/limited'];
  for (const [index, path] of paths.entries()) {
    const keys = createRemoteJWKSet(new URL(`${after.origin}${path}/.well-known/oauth/openid/jwks/`));
    await expect(jwtVerify(tokens[index] ?? '', keys)).resolves.toBeDefined();
  }
});
