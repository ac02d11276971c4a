import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackChannel, type Tokens } from '#src/adobe-pass/oauth2/back-channel';
import { createOAuthLogin } from '#src/adobe-pass/oauth2/oauth-login';
import { type Mvpds, startMvpds } from './stage.ts';

let t: Mvpds;
let key: KeyObject;
beforeAll(async () => {
  t = await startMvpds();
  key = await t.mvpd.keysOf('Spectrum').privateKey();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What Adobe makes of a login whose ID token came out another way. */
const logInWith = async (modify: (claims: JWTPayload) => Promise<string> | string) => {
  const original = createBackChannel(t);
  const tokens = async (...asked: Parameters<typeof original.tokens>): Promise<Tokens> => {
    const answer = await original.tokens(...asked);
    return { ...answer, id_token: await modify(decodeJwt(answer.id_token)) };
  };
  const login = createOAuthLogin({ ...t, keysOf: t.mvpd.keysOf, backChannel: { ...original, tokens } });
  const { page } = await t.signIn('Spectrum', 'chloe');
  const { search, searchParams: query } = new URL(String(page.headers.location));
  return login.signInReturns[0]?.read({ query, octets: search.slice(1), form: new URLSearchParams() });
};
const sign = (claims: JWTPayload, by = key) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(by);
const now = () => Math.floor(t.clock.now() / 1000);

test('a valid one is accepted', async () => {
  await expect(logInWith((claims) => sign(claims))).resolves.toMatchObject({ mvpd: 'Spectrum' });
});

test.each<[string, (claims: JWTPayload) => Promise<string> | string]>([
  ['another issuer', (claims) => sign({ ...claims, iss: `${t.origins.mvpd}/Dish/oauth2` })],
  ['another audience', (claims) => sign({ ...claims, aud: 'somebody' })],
  ['a time gone by', (claims) => sign({ ...claims, iat: now() - 4_000, exp: now() - 61 })],
  ['no end', ({ exp: _, ...claims }) => sign(claims)],
  ['no subject', ({ sub: _, ...claims }) => sign(claims)],
  ['another’s key', async (claims) => sign(claims, await t.mvpd.keysOf('Cablevision').privateKey())],
  [
    'a key of nobody',
    (claims) => sign(claims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  ],
  ['no signature', (claims) => new UnsecuredJWT(claims).encode()],
  [
    'the public key as a secret',
    async (claims) => {
      const pem = (await t.mvpd.keysOf('Spectrum').publicKey()).export({ type: 'spki', format: 'pem' });
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(pem));
    },
  ],
  ['home-based authentication in other words', (claims) => sign({ ...claims, hba_status: 'perhaps' })],
  ['somebody else than the profile', (claims) => sign({ ...claims, sub: 'somebody' })],
])('one with %s is rejected', async (_, modify) => {
  await expect(logInWith(modify)).rejects.toMatchObject({
    error: { code: 'invalid_authentication_session' },
  });
});
