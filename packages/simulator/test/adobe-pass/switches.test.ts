import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchesSchema } from '#src/adobe-pass/switches';
import { completeForm } from '../world.ts';
import { type Adobe, type AdobeDevice, startAdobe } from './client.ts';
import { decisionCases } from './switch-cases/decisions.ts';
import { errorCodesCases } from './switch-cases/error-codes.ts';
import { errorShapesCases } from './switch-cases/error-shapes.ts';
import { partnerCases } from './switch-cases/partner.ts';
import { profilePrecedenceCases } from './switch-cases/profile-precedence.ts';
import { registrationCases } from './switch-cases/registration.ts';
import { requestCases } from './switch-cases/requests.ts';
import { sessionCases } from './switch-cases/sessions.ts';
import { singleSignOnCases } from './switch-cases/single-sign-on.ts';
import {
  ssoServiceErrorCases,
  ssoServiceLinkCases,
  ssoServiceTokenCases,
} from './switch-cases/sso-service.ts';
import { tempPassAndDegradationCases } from './switch-cases/temp-pass-and-degradation.ts';
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
  ...registrationCases(now),
  ...errorShapesCases(now),
  ...errorCodesCases(now),
  ...sessionCases(now),
  ...singleSignOnCases(now),
  ...profilePrecedenceCases(now),
  ...partnerCases(now),
  ...tempPassAndDegradationCases(now),
  ...decisionCases(now),
  ...ssoServiceTokenCases(now),
  ...ssoServiceLinkCases(now),
  ...ssoServiceErrorCases(now),
};

test('every switch has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(switchesSchema.shape).sort());
});

describe('a switch changes the response', () => {
  test.each(Object.entries(cases))('%s', async (_, { settings, observe, before, after }) => {
    expect(await observe()).toEqual(before);
    await begin();
    await world.set(settings);
    expect(await observe()).toEqual(after);
  });
});

test('the third values of switches', async () => {
  const { raw, service } = createSwitchStage(now);
  await world.set({ wrongCode: 'parameter', deviceInfo: 'any', redirectUrls: 'any' });
  expect(await codeOf(raw.get('/sessions/AAAAAAA'))).toBe('invalid_parameter_code');
  expect(await statusOf(raw.get('/profiles', { 'x-device-info': '?' }))).toBe(200);
  const withUser = { ...completeForm, redirectUrl: 'https://someone@elsewhere.example/' };
  expect(await statusOf(raw.form('/sessions', withUser))).toBe(400);

  await world.set({ configurationShape: 'openapi' });
  expect(Object.keys((await raw.get('/configuration')).body)).toEqual([
    ...['platform', 'platformCategory', 'sdkType', 'os', 'requestor'],
  ]);

  await world.set({ serviceTokenAudience: 'adobe' });
  await tv.logIn({ headers: await service({ aud: 'adobe' }) });
  const phone = await world.deviceOf('ref40-phone');
  expect(await typeAt(phone, await service({ aud: 'Adobe' }))).toBeUndefined();
});
