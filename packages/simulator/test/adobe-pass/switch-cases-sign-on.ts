import { switchesSchema } from '#src/adobe-pass/switches';
import { request } from '#src/client/request';
import type { JsonObject } from '#src/lib/json';
import { startSimulator } from '#src/simulator';
import { createManualClock } from '../support/manual-clock.ts';
import { anyPorts, completeForm, redirectUrl } from '../world.ts';
import { firstDecision, tempPassIdentity } from './client.ts';
import {
  bodyOf,
  createSwitchStage,
  type Now,
  type SwitchCase,
  sixResources,
  statusOf,
  typeAt,
} from './switch-stage.ts';

/** Service token, single sign-on, partners, TempPass, degradation, decisions, throttle. */
export const signOnCases = (now: Now) => {
  const { raw, service, platform, status, degrade, phoneWithSso } = createSwitchStage(now);

  const complete = { actionName: 'complete', actionType: 'none', mvpd: 'Cablevision' };

  return {
    serviceTokenFault: {
      turn: { serviceTokenFault: 'reject' },
      look: () => statusOf(raw.get('/profiles', { 'ad-service-token': 'garbage' })),
      before: 200,
      after: 400,
    },
    serviceTokenAudience: {
      turn: { serviceTokenAudience: 'Adobe' },
      look: async () => {
        await now().tv.logIn({ headers: await service({ aud: 'Adobe' }) });
        const phone = await now().world.deviceOf('ref40-phone');
        return [await typeAt(phone, await service()), await typeAt(phone, await service({ aud: 'Adobe' }))];
      },
      before: ['serviceTokenSSO', 'serviceTokenSSO'],
      after: [undefined, 'serviceTokenSSO'],
    },
    serviceTokenIdentity: {
      turn: { serviceTokenIdentity: 'subject' },
      look: async () => {
        await now().tv.logIn({ headers: await service() });
        return typeAt(await now().world.deviceOf('ref40-phone'), await service({ iss: 'another' }));
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
    ssoScope: {
      turn: { ssoScope: 'everywhere' },
      look: async () => {
        const headers = await service();
        await now().tv.logIn({ headers });
        return typeAt(await now().world.deviceOf('apasstest1-tv'), headers);
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
    ssoBinding: {
      turn: { ssoBinding: 'dropped' },
      look: async () => {
        const headers = await service();
        const { body } = await raw.form('/sessions', {}, headers);
        await now().world.logIn(await raw.form(`/sessions/${body['code']}`, completeForm));
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: 'serviceTokenSSO',
      after: undefined,
    },
    tokenAfterLogin: {
      turn: { tokenAfterLogin: 'links' },
      look: async () => {
        await now().tv.logIn();
        const headers = await service();
        await now().tv.profiles('', headers);
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
    profilePrecedence: {
      turn: { profilePrecedence: 'sso' },
      look: async () => {
        const headers = await service();
        await now().tv.logIn({ headers });
        return typeAt(now().tv, headers);
      },
      before: 'regular',
      after: 'serviceTokenSSO',
    },
    ssoPrecedence: {
      turn: { ssoPrecedence: 'platform' },
      look: async () => {
        const headers = { ...(await service()), ...(await platform()) };
        await now().tv.logIn({ headers });
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: 'serviceTokenSSO',
      after: 'platformSSO',
    },
    logoutWithoutToken: {
      turn: { logoutWithoutToken: 'linked' },
      look: async () => {
        const { phone, headers } = await phoneWithSso();
        await now().tv.logOut();
        return typeAt(phone, headers);
      },
      before: 'serviceTokenSSO',
      after: undefined,
    },
    disabledIntegration: {
      turn: { disabledIntegration: 'hidden' },
      look: async () => {
        await now().tv.logIn();
        const place = { serviceProvider: 'REF30', mvpd: 'Cablevision' };
        await now().world.control('/integrations', { ...place, enabled: false });
        return typeAt(now().tv);
      },
      before: 'regular',
      after: undefined,
    },
    partnerCase: {
      turn: { partnerCase: 'exact' },
      look: () => statusOf(raw.form('/sessions/sso/apple', {}, status())),
      before: 200,
      after: 400,
    },
    partnerStatusHeader: {
      turn: { partnerStatusHeader: 'required' },
      look: () => statusOf(raw.form('/sessions/sso/Apple', {})),
      before: 200,
      after: 400,
    },
    partnerStatusFault: {
      turn: { partnerStatusFault: 'reject' },
      look: () => statusOf(raw.get('/profiles', status({ expiresIn: 0 }))),
      before: 200,
      after: 400,
    },
    partnerProfileFault: {
      turn: { partnerProfileFault: 'profiles' },
      look: () => statusOf(raw.form('/profiles/sso/Apple', {}, status({ expiresIn: 0 }))),
      before: 400,
      after: 200,
    },
    partnerProfileStatus: {
      turn: { partnerProfileStatus: 'openapi' },
      look: async () => {
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
      turn: { partnerFallbackWithoutMvpd: 'authenticate' },
      look: async () => {
        const form = { domainName: 'adobe.com', redirectUrl };
        const { actionName, reasonType, mvpd } = await bodyOf(raw.form('/sessions/sso/Apple', form));
        return [actionName, reasonType, mvpd];
      },
      before: ['resume', 'missing_parameters_fallback', undefined],
      after: ['authenticate', 'pfs_fallback', 'Cablevision'],
    },
    tempPassIdentity: {
      turn: { tempPassIdentity: 'openapi' },
      look: async () => {
        const path = '/decisions/preauthorize/flexibleTempPass';
        const { body } = await raw.json(path, { resources: ['REF30'] });
        return firstDecision(body)['authorized'];
      },
      before: true,
      after: false,
    },
    promotionalRepeats: {
      turn: { promotionalRepeats: 'counted' },
      look: async () => {
        const play = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
        for (let times = 0; times < 5; times += 1) await now().tv.decide('authorize', play);
        return firstDecision(await now().tv.decide('authorize', play))['authorized'];
      },
      before: true,
      after: false,
    },
    promotionalExpiration: {
      turn: { promotionalExpiration: 'begin' },
      look: async () => {
        const profile =
          (await now().tv.profiles('/flexibleTempPass', tempPassIdentity()))['flexibleTempPass'] ?? {};
        const { expiration_date } = profile['attributes'] as { expiration_date: { value: number } };
        return expiration_date.value - Number(profile['notBefore']);
      },
      before: 180_000,
      after: 0,
    },
    degradationPriority: {
      turn: { degradationPriority: 'profile' },
      look: async () => {
        await now().tv.logIn();
        await degrade('AuthNAll');
        return (await now().tv.profiles('/Cablevision'))['Cablevision']?.['type'];
      },
      before: 'degraded',
      after: 'regular',
    },
    degradedLogoutKey: {
      turn: { degradedLogoutKey: 'sample' },
      look: async () => {
        const healthy = Object.keys((await now().tv.logOut()) as JsonObject);
        await degrade('AuthNAll');
        return [healthy, await now().tv.logOut()];
      },
      before: [['Cablevision'], { Cablevision: complete }],
      after: [['Cablevision'], { ATTOTT: complete }],
    },
    maxResources: {
      turn: { maxResources: 6 },
      look: () => statusOf(raw.json('/decisions/preauthorize/Cablevision', { resources: sixResources })),
      before: 403,
      after: 200,
    },
    mediaTokenSeconds: {
      turn: { mediaTokenSeconds: 600 },
      look: async () => {
        const { token } = firstDecision(await now().tv.decide('authorize', { mvpd: 'TempPass_TEST40' }));
        return Number((token as JsonObject)['notAfter']) - now().world.clock.now();
      },
      before: 420_000,
      after: 600_000,
    },
    permitsAfterSignOut: {
      turn: { permitsAfterSignOut: 'dropped' },
      look: async () => {
        await now().tv.logIn();
        await now().tv.decide('authorize');
        await now().world.control('/mvpds/sessions/end', { mvpd: 'Cablevision' });
        const { authorized, error } = firstDecision(await now().tv.decide('authorize'));
        return [authorized, (error as JsonObject | undefined)?.['code']];
      },
      before: [true, undefined],
      after: [false, 'authorization_denied_by_session_invalidated'],
    },
    mediaTokenIssuedAt: {
      turn: { mediaTokenIssuedAt: true },
      look: async () => {
        const { body } = await raw.json('/decisions/authorize/TempPass_TEST40', { resources: ['REF30'] });
        return 'issuedAt' in (firstDecision(body)['token'] as object);
      },
      before: false,
      after: true,
    },
    throttle: {
      turn: { throttle: 'off' },
      look: async () => {
        const { throttle } = (await now().world.adobe('/_control/switches')).body;
        await using own = await startSimulator({
          ports: anyPorts,
          clock: createManualClock(),
          switches: switchesSchema.parse({ throttle }),
        });
        const ask = async () => (await request({ url: `${own.origins.adobe}/api/v2/REF30/profiles` })).status;
        for (let times = 0; times < 11; times += 1) await ask();
        return await ask();
      },
      before: 429,
      after: 401,
    },
  } satisfies Record<string, SwitchCase>;
};
