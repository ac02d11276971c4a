import { defaultFixtures } from '@kinpass/simulator';
import { expect, test } from 'vitest';
import { profileTypes } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('another app on another device finds the profile without asking a TV provider', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana', 'dtc');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  await t.control.clearRequests();

  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  expect(profileTypes(await phone.profiles())).toEqual({ Cablevision: 'serviceTokenSSO' });
  expect((await t.control.requests()).filter(({ party }) => party === 'mvpd')).toEqual([]);
});

test('where the family does not link by e-mail, DTC and Google are two accounts', async () => {
  await using t = await startGateway({
    settings: {
      families: [
        {
          id: 'ref',
          identityProviders: ['dtc', 'google', 'facebook'],
          serviceToken: { issuer: 'https://sso.ref.example' },
        },
      ],
    },
  });
  const tv = await t.signIn(t.device('tv'), 'ana', 'dtc');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  expect(profileTypes(await phone.profiles())).toEqual({});
});

test('Chloé shares by Facebook, whose address links nothing', async () => {
  await using t = await startGateway();
  const laptop = await t.signIn(t.device('laptop'), 'chloe', 'facebook');
  await t.logInAtMvpd(laptop, 'chloe', 'Spectrum');
  const phone = await t.signIn(t.device('otherPhone'), 'chloe', 'facebook');
  expect(profileTypes(await phone.profiles())).toEqual({ Spectrum: 'serviceTokenSSO' });

  const byGoogle = await t.signIn(t.device('phone'), 'chloe', 'google');
  expect(profileTypes(await byGoogle.profiles())).toEqual({});
});

test('an account of another app family sees nothing and has another subject', async () => {
  const family = (id: string) => ({
    id,
    identityProviders: ['dtc'],
    serviceToken: { issuer: `https://${id}.example` },
  });
  const apps = defaultFixtures.apps.map(({ redirectUris, serviceProviders, ...app }) => ({
    ...app,
    family: app.id === 'ref40-phone' ? 'two' : 'one',
    redirectUris: [...redirectUris],
    serviceProviders: [...serviceProviders],
  }));
  await using t = await startGateway({ settings: { families: [family('one'), family('two')], apps } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const phone = await t.signIn(t.device('phone'), 'ana');
  expect(profileTypes(await phone.profiles())).toEqual({});
  const subjects = (await t.control.requests()).flatMap(
    ({ serviceToken }) => serviceToken?.claims?.['sub'] ?? [],
  );
  expect(new Set(subjects).size).toBe(2);
});
