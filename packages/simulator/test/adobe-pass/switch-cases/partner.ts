import { redirectUrl } from '../../world.ts';
import { bodyOf, createSwitchStage, type Now, type SwitchCase, statusOf } from '../switch-stage.ts';

/** Partner single sign-on. */
export const partnerCases = (now: Now) => {
  const { raw, status } = createSwitchStage(now);

  return {
    partnerCase: {
      settings: { partnerCase: 'exact' },
      observe: () => statusOf(raw.form('/sessions/sso/apple', {}, status())),
      before: 200,
      after: 400,
    },
    partnerStatusHeader: {
      settings: { partnerStatusHeader: 'required' },
      observe: () => statusOf(raw.form('/sessions/sso/Apple', {})),
      before: 200,
      after: 400,
    },
    partnerStatusFault: {
      settings: { partnerStatusFault: 'reject' },
      observe: () => statusOf(raw.get('/profiles', status({ expiresIn: 0 }))),
      before: 200,
      after: 400,
    },
    partnerProfileFault: {
      settings: { partnerProfileFault: 'profiles' },
      observe: () => statusOf(raw.form('/profiles/sso/Apple', {}, status({ expiresIn: 0 }))),
      before: 400,
      after: 200,
    },
    partnerProfileStatus: {
      settings: { partnerProfileStatus: 'openapi' },
      observe: async () => {
        const asked = (await raw.form('/sessions/sso/Apple', {}, status())).body;
        const { request } = asked['authenticationRequest'] as { request: string };
        const { body } = await now().world.control('/partner/saml-response', {
          mvpd: 'Cablevision',
          username: 'ana@cablevision.example',
          authenticationRequest: request,
        });
        return statusOf(
          raw.form('/profiles/sso/Apple', { SAMLResponse: String(body['SAMLResponse']) }, status()),
        );
      },
      before: 201,
      after: 200,
    },
    partnerFallbackWithoutMvpd: {
      settings: { partnerFallbackWithoutMvpd: 'authenticate' },
      observe: async () => {
        const form = { domainName: 'adobe.com', redirectUrl };
        const { actionName, reasonType, mvpd } = await bodyOf(raw.form('/sessions/sso/Apple', form));
        return [actionName, reasonType, mvpd];
      },
      before: ['resume', 'missing_parameters_fallback', undefined],
      after: ['authenticate', 'pfs_fallback', 'Cablevision'],
    },
  } satisfies Record<string, SwitchCase>;
};
