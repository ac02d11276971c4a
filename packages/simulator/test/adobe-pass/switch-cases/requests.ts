import { completeForm, redirectUrl } from '../../world.ts';
import { createSwitchStage, type Now, type SwitchCase, statusOf } from '../switch-stage.ts';

/** Headers, media types, redirect URLs and paths of requests. */
export const requestCases = (now: Now) => {
  const { raw, service, platform, status, incomplete } = createSwitchStage(now);

  return {
    deviceInfo: {
      settings: { deviceInfo: 'required' },
      observe: () =>
        statusOf(raw.get('/profiles', { 'x-device-info': Buffer.from('{}').toString('base64') })),
      before: 200,
      after: 400,
    },
    deviceHeaders: {
      settings: { deviceHeaders: 'everywhere' },
      observe: () => statusOf(raw.get('/configuration', { 'ap-device-identifier': 'none' })),
      before: 200,
      after: 400,
    },
    unlistedHeaders: {
      settings: { unlistedHeaders: 'refused' },
      observe: async () => statusOf(raw.get('/configuration', await service())),
      before: 200,
      after: 400,
    },
    platformHeaders: {
      settings: { platformHeaders: 'everywhere' },
      observe: async () => {
        const headers = await platform();
        await now().tv.logIn({ headers });
        const phone = await now().world.deviceOf('ref40-phone');
        const { code } = (await phone.form('/sessions', {})).body;
        const resumed = await phone.form(`/sessions/${code}`, completeForm, headers);
        const partnered = await phone.form('/sessions/sso/Apple', completeForm, { ...status(), ...headers });
        const { code: later } = (await phone.form('/sessions', completeForm)).body;
        const byCode = await phone.profiles(`/code/${later}`, headers);
        await now().world.set({ unlistedHeaders: 'refused' });
        return [
          resumed.body['reasonType'],
          partnered.body['reasonType'],
          byCode['Cablevision']?.['type'],
          await statusOf(raw.get('/configuration', headers)),
          await statusOf(raw.get('/configuration', { 'ap-visitor-identifier': '1234' })),
          await statusOf(raw.get('/profiles', { 'ap-visitor-identifier': '1234' })),
        ];
      },
      before: ['none', 'none', undefined, 400, 400, 200],
      after: ['authenticatedSSO', 'authenticatedSSO', 'platformSSO', 200, 200, 200],
    },
    mediaTypeParameters: {
      settings: { mediaTypeParameters: 'required' },
      observe: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: ['REF30'] })),
      before: 200,
      after: 400,
    },
    redirectUrls: {
      settings: { redirectUrls: 'any' },
      observe: () =>
        statusOf(raw.form('/sessions', { ...completeForm, redirectUrl: 'https://elsewhere.example/' })),
      before: 400,
      after: 200,
    },
    samplePaths: {
      settings: { samplePaths: 'accepted' },
      observe: async () => [
        await statusOf(now().tv.raw.get('/api/v2/REF30/configuration/')),
        await statusOf(now().tv.raw.get(`/api/v2/sessions/REF30/${await incomplete()}`)),
        await statusOf(
          now().tv.raw.get(`/api/v2/logout/REF30/Dish?redirectUrl=${encodeURIComponent(redirectUrl)}`),
        ),
        await statusOf(raw.json('/decision/authorize/Cablevision', { resources: ['REF30'] })),
      ],
      before: [404, 404, 404, 404],
      after: [200, 200, 200, 200],
    },
  } satisfies Record<string, SwitchCase>;
};
