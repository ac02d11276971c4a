import {
  codeOf,
  createSwitchStage,
  type Now,
  type SwitchCase,
  sixResources,
  statusOf,
} from '../switch-stage.ts';

/** Which error is returned, and at which level. */
export const errorCodesCases = (now: Now) => {
  const { raw } = createSwitchStage(now);

  return {
    wrongCode: {
      settings: { wrongCode: 'session' },
      observe: () => codeOf(raw.get('/sessions/malformed')),
      before: 'invalid_parameter_code',
      after: 'invalid_authentication_session',
    },
    profileErrors: {
      settings: { profileErrors: 'top' },
      observe: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: ['REF30'] })),
      before: 200,
      after: 403,
    },
    tooManyResources: {
      settings: { tooManyResources: 'item' },
      observe: () => statusOf(raw.json('/decisions/authorize/Cablevision', { resources: sixResources })),
      before: 403,
      after: 200,
    },
    missingCertificate: {
      settings: { missingCertificate: 'attribute' },
      observe: async () => {
        await now().tv.logIn();
        await now().world.control('/integrations', {
          serviceProvider: 'REF30',
          mvpd: 'Cablevision',
          misconfigured: ['invalid_configuration_user_metadata_certificate'],
        });
        return statusOf(raw.get('/profiles'));
      },
      before: 500,
      after: 200,
    },
    checkOrder: {
      settings: { checkOrder: 'path' },
      observe: async () => {
        const headers = { authorization: 'Bearer garbage' };
        return [
          await codeOf(raw.get('/profiles/Nobody', headers)),
          await codeOf(now().tv.raw.get('/api/v2/NOBODY/profiles', headers)),
          await codeOf(raw.get('/profiles/Cablevision', headers)),
        ];
      },
      before: ['invalid_access_token', 'invalid_access_token', 'invalid_access_token'],
      after: ['invalid_parameter_mvpd', 'invalid_parameter_service_provider', 'invalid_access_token'],
    },
  } satisfies Record<string, SwitchCase>;
};
