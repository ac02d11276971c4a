import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchesSchema } from '#src/adobe-pass/switches';
import { completeForm } from '../world.ts';
import { type Adobe, type AdobeDevice, startAdobe } from './client.ts';
import { requestCases } from './switch-cases-requests.ts';
import { signOnCases } from './switch-cases-sign-on.ts';
import { ssoServiceCases } from './switch-cases-sso-service.ts';
import { codeOf, createSwitchStage, type SwitchCase, statusOf, typeAt } from './switch-stage.ts';

let world: Adobe;
let tv: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
const begin = async () => {
  await world.post('/_control/reset', {});
  tv = await world.deviceOf();
};
beforeEach(begin);

const now = () => ({ world, tv });
const cases: Record<string, SwitchCase> = {
  ...requestCases(now),
  ...signOnCases(now),
  ...ssoServiceCases(now),
};

test('every switch has a case', () => {
  expect(Object.keys(cases)).toEqual(Object.keys(switchesSchema.shape));
});

describe('a switch changes the answer', () => {
  test.each(Object.entries(cases))('%s', async (_, { turn, look, before, after }) => {
    expect(await look()).toEqual(before);
    await begin();
    await world.set(turn);
    expect(await look()).toEqual(after);
  });
});

test('the third readings', async () => {
  const { raw, service } = createSwitchStage(now);
  await world.set({ wrongCode: 'parameter', deviceInfo: 'any', redirectUrls: 'any' });
  expect(await codeOf(raw.get('/sessions/AAAAAAA'))).toBe('invalid_parameter_code');
  expect(await statusOf(raw.get('/profiles', { 'x-device-info': '?' }))).toBe(200);
  const withUser = { ...completeForm, redirectUrl: 'https://someone@elsewhere.example/' };
  expect(await statusOf(raw.form('/sessions', withUser))).toBe(400);

  await world.set({ serviceTokenAudience: 'adobe' });
  await tv.logIn({ headers: await service({ aud: 'adobe' }) });
  const phone = await world.deviceOf('ref40-phone');
  expect(await typeAt(phone, await service({ aud: 'Adobe' }))).toBeUndefined();
});
