import { expect } from 'vitest';
import type { JsonObject } from '#src/lib/json';
import { firstDecision, tempPassIdentity } from '../client.ts';
import { createSwitchStage, type Now, type SwitchCase } from '../switch-stage.ts';

/** Texts, actions and formats of errors. */
export const errorShapesCases = (now: Now) => {
  const { raw, degrade } = createSwitchStage(now);
  const exhaustedProfile = async (mvpd: string) => {
    const headers = tempPassIdentity();
    await now().tv.decide('authorize', { mvpd, headers });
    await now().world.clock.advance(180_000);
    return raw.get(`/profiles/${mvpd}`, headers);
  };

  return {
    unlistedErrors: {
      settings: { unlistedErrors: 'empty' },
      observe: async () => {
        const { status: code, text } = await raw.get('/profiles', { authorization: 'Bearer garbage' });
        return [code, text.length > 0];
      },
      before: [401, true],
      after: [401, false],
    },
    errorTexts: {
      settings: { errorTexts: 'samples' },
      observe: async () => {
        await degrade('AuthZNone');
        const { message } = firstDecision(await now().tv.decide('authorize'))['error'] as JsonObject;
        const { action } = (await exhaustedProfile('flexibleTempPass')).body;
        return [message, action];
      },
      before: [expect.stringContaining('has a degradation rule applied'), 'authentication'],
      after: [expect.stringContaining('has an AuthZNone rule applied'), 'none'],
    },
    errorMessages: {
      settings: { errorMessages: 'object' },
      observe: async () => {
        const { body } = await raw.json('/decisions/authorize/Cablevision', { resources: ['REF30'] });
        const item = firstDecision(body)['error'] as JsonObject;
        return [(await raw.get('/profiles/Nobody')).body['message'], item['message']];
      },
      before: [
        'The mvpd parameter value is missing or invalid.',
        'The authenticated profile associated with this request is missing.',
      ],
      after: [{}, {}],
    },
    accessTokenAction: {
      settings: { accessTokenAction: 'authentication' },
      observe: async () => [
        (await now().tv.raw.get('/api/v2/REF40/profiles')).body['action'],
        (await raw.get('/profiles/Nobody')).body['action'],
      ],
      before: ['application-registration', 'none'],
      after: ['authentication', 'none'],
    },
    authenticateErrors: {
      settings: { authenticateErrors: 'json' },
      observe: async () => {
        const { status, headers, text } = await now().world.adobe('/api/v2/authenticate/REF30/ZZZZZZZ');
        const type = headers['content-type']?.split(';', 1)[0];
        return [status, type, text.includes('invalid_authentication_session')];
      },
      before: [400, 'text/html', true],
      after: [400, 'application/json', true],
    },
  } satisfies Record<string, SwitchCase>;
};
