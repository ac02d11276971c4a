import { deviceInfo } from '../../world.ts';
import { type Now, type SwitchCase, statusOf } from '../switch-stage.ts';

/** Registration and the token endpoint. */
export const registrationCases = (now: Now) => {
  const register = (body = {}, headers = {}) =>
    now().world.post(
      '/o/client/register',
      { software_statement: now().world.statementOf('ref30-tv'), ...body },
      headers,
    );
  const askToken = async (from: 'form' | 'query' = 'form') => {
    const { client_id, client_secret } = (await register()).body;
    const form = {
      client_id: String(client_id),
      client_secret: String(client_secret),
      grant_type: 'client_credentials',
    };
    return from === 'query'
      ? now().world.adobe(`/o/client/token?${new URLSearchParams(form)}`, { method: 'POST' })
      : now().world.postForm('/o/client/token', form);
  };

  return {
    registerRedirectUri: {
      settings: { registerRedirectUri: 'required' },
      observe: () => statusOf(register()),
      before: 201,
      after: 400,
    },
    registrationDeviceInfo: {
      settings: { registrationDeviceInfo: 'required' },
      observe: async () => [
        await statusOf(register()),
        await statusOf(register({}, { 'x-device-info': deviceInfo })),
      ],
      before: [201, 201],
      after: [400, 201],
    },
    tokenEndpoint: {
      settings: { tokenEndpoint: 'openapi' },
      observe: async () => ['refresh_token' in (await askToken()).body, (await askToken('query')).status],
      before: [false, 400],
      after: [true, 201],
    },
    accessTokenSeconds: {
      settings: { accessTokenSeconds: 86_400 },
      observe: async () => (await askToken()).body['expires_in'],
      before: 21_600,
      after: 86_400,
    },
  } satisfies Record<string, SwitchCase>;
};
