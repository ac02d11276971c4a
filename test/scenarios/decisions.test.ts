import { expect, test } from 'vitest';
import { decisionsOf, verdicts } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('the second device plays with the shared profile', async () => {
  await using t = await startGateway();
  await t.logInAtMvpd(await t.signIn(t.device('tv'), 'ana'), 'ana', 'Cablevision');
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');

  expect(verdicts(await phone.preauthorize('Cablevision', ['REF40', 'news', 'sports']))).toEqual({
    REF40: true,
    news: true,
    sports: 'preauthorization_denied_by_mvpd',
  });

  const [permit] = decisionsOf(await phone.authorize('Cablevision', ['REF40']));
  expect(permit?.authorized).toBe(true);
  const media = Buffer.from(permit?.token?.serializedToken ?? '', 'base64').toString();
  expect(media).toContain('<resourceID>REF40</resourceID>');

  const [deny] = decisionsOf(await phone.authorize('Cablevision', ['sports']));
  expect(deny).toMatchObject({ authorized: false, error: { code: 'authorization_denied_by_mvpd' } });
  expect(deny?.error?.details).toMatch(/subscription/i);
  expect(deny?.token).toBeUndefined();
});
