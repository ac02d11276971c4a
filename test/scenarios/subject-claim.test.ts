import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const byDtcId = (as: 'plain' | 'hashed') => ({
  families: [
    {
      id: 'ref',
      identityProviders: ['dtc', 'google'],
      serviceToken: {
        issuer: 'https://sso.ref.example',
        subject: { strategy: 'claim' as const, provider: 'dtc', claim: 'sub', as },
      },
    },
  ],
});

const subjectsAtAdobe = async (t: TestWorld): Promise<unknown[]> =>
  (await t.control.requests())
    .filter(({ operation }) => operation === 'profiles.all')
    .map(({ serviceToken }) => serviceToken?.claims?.['sub']);

test("the programmer's own user id goes to Adobe as it is", async () => {
  await using t = await startGateway({ settings: byDtcId('plain') });
  const tv = await t.signIn(t.device('tv'), 'ana', 'dtc');
  const laptop = await t.signIn(t.device('laptop'), 'ana', 'dtc');
  await tv.profiles();
  await laptop.profiles();
  const { subject } = t.user('ana').dtc;
  expect(await subjectsAtAdobe(t)).toEqual([subject, subject]);
});

test('or hashed, one for each viewer', async () => {
  await using t = await startGateway({ settings: byDtcId('hashed') });
  for (const [device, user] of [
    ['tv', 'ana'],
    ['laptop', 'ana'],
    ['otherPhone', 'ben'],
  ] as const) {
    await (await t.signIn(t.device(device), user, 'dtc')).profiles();
  }
  const [onTv, onLaptop, ben] = await subjectsAtAdobe(t);
  expect(onTv).toMatch(/^[\w-]{43}$/);
  expect(onLaptop).toBe(onTv);
  expect(ben).not.toBe(onTv);
});

test('a viewer without that id is told so, and nothing of the call reaches Adobe', async () => {
  await using t = await startGateway({ settings: byDtcId('plain') });
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  await t.control.clearRequests();
  expect(await phone.profiles()).toMatchObject({
    status: 503,
    body: {
      code: 'gateway_subject_unavailable',
      action: 'authentication',
      message: expect.stringContaining('sign in with dtc'),
    },
  });
  expect(await t.control.requests()).toEqual([]);

  // Signing out needs no subject.
  const { tokens } = phone;
  await phone.signOut();
  phone.use(tokens);
  expect((await phone.profiles()).status).toBe(401);
});
