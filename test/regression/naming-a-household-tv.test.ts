import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

const settings = {
  families: [
    {
      id: 'ref',
      identityProviders: ['dtc', 'google', 'facebook'],
      profilesPer: 'device' as const,
      serviceToken: { issuer: 'https://sso.ref.example' },
    },
  ],
};

test('who sends the identifier of a household’s TV gets nothing of it', async () => {
  await using t = await startGateway({ settings });
  const tv = t.device('tv');
  await tv.register();
  await t.signIn(tv, 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');

  // The same app and the same AP-Device-Identifier, elsewhere.
  const named = await t.signIn(t.device('tv'), 'ben');
  expect(profileTypes(await named.profiles())).toEqual({});
  expect((await named.logout('Cablevision', 'https://adobe.com')).status).toBe(200);
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
});

test('the TV itself proves by its client secret that it is the household’s', async () => {
  await using t = await startGateway({ settings });
  const tv = t.device('tv');
  await tv.register();
  await t.signIn(tv, 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  await tv.signOut();
  await t.signIn(tv, 'ben');
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
});
