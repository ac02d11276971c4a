import { expect, test } from 'vitest';
import { profileTypes, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const household = async (t: TestWorld) => {
  const ana = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(ana, 'ana', 'Cablevision');
  const ben = await t.signIn(t.device('tv'), 'ben');
  return { ana, ben };
};

test('Ben on Ana’s TV sees nothing of hers and plays nothing of hers', async () => {
  await using t = await startGateway();
  const { ben } = await household(t);
  expect(profileTypes(await ben.profiles())).toEqual({});
  expect(profileTypes(await ben.profile('Cablevision'))).toEqual({});
  expect(verdicts(await ben.authorize('Cablevision', ['REF30']))).toEqual({
    REF30: 'authenticated_profile_missing',
  });
});

test('Ben’s own login and sign-out leave hers alone', async () => {
  await using t = await startGateway();
  const { ana, ben } = await household(t);
  await t.logInAtMvpd(ben, 'ben', 'Dish');
  expect(profileTypes(await ben.profiles())).toEqual({ Dish: 'regular' });
  expect(profileTypes(await ana.profiles())).toEqual({ Cablevision: 'regular' });

  const bens = ben.tokens;
  await ben.signOut();
  ben.use(bens);
  expect((await ben.profiles()).status).toBe(401);
  expect(profileTypes(await ana.profiles())).toEqual({ Cablevision: 'regular' });
});

test('Ana logs out on her phone; the TV sees it on its next read', async () => {
  await using t = await startGateway();
  const { ana } = await household(t);
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  const { body } = await phone.logout('Cablevision', 'https://adobe.com');
  expect(body).toMatchObject({
    logouts: { Cablevision: { actionName: 'logout', actionType: 'interactive' } },
  });
  expect(profileTypes(await phone.profiles())).toEqual({});
  expect(profileTypes(await ana.profiles())).toEqual({});
});

test('a provider without a logout page is logged out of at once', async () => {
  await using t = await startGateway();
  const { ben } = await household(t);
  await t.logInAtMvpd(ben, 'ben', 'Dish');
  expect((await ben.logout('Dish', 'https://adobe.com')).body).toEqual({
    logouts: { Dish: { actionName: 'complete', actionType: 'none', mvpd: 'Dish' } },
  });
});

test('Ana signs in again on her TV and finds her regular profile', async () => {
  await using t = await startGateway();
  const { ana } = await household(t);
  await ana.signOut();
  await t.signIn(ana, 'ana');
  expect(profileTypes(await ana.profiles())).toEqual({ Cablevision: 'regular' });
});
