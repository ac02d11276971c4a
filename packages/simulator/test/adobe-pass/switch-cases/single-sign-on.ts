import { expect } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { completeForm } from '../../world.ts';
import { createSwitchStage, type Now, type SwitchCase, statusOf, typeAt } from '../switch-stage.ts';

/** Service tokens and the scope of SSO profiles. */
export const singleSignOnCases = (now: Now) => {
  const { raw, service } = createSwitchStage(now);

  return {
    logoutRedirectUrl: {
      settings: { logoutRedirectUrl: 'optional' },
      observe: async () => {
        const browser = createBrowser();
        await now().tv.logIn();
        const { status, body } = await raw.get('/logout/Cablevision');
        if (status !== 200) return status;
        const { Cablevision } = body['logouts'] as { Cablevision: { url: string } };
        return [Cablevision.url.includes('redirect_url'), (await browser.open(Cablevision.url)).title];
      },
      before: 400,
      after: [false, 'Signed out'],
    },
    logoutUrl: {
      settings: { logoutUrl: 'relative' },
      observe: async () => {
        await now().tv.logIn();
        const { Cablevision } = (await now().tv.logOut()) as { Cablevision: { url: string } };
        const url = new URL(Cablevision.url, 'https://elsewhere.example');
        const { status, headers } = await now().world.adobe(url.pathname + url.search);
        return [url.origin, [...url.searchParams.keys()], status, headers.location?.split('?')[0]];
      },
      before: [
        expect.stringMatching(/^http:\/\/localhost:/),
        ['noflash', 'requestor_id', 'mso_id', 'pt_device_id', 'redirect_url'],
        302,
        expect.stringMatching(/\/Cablevision\/saml\/slo$/),
      ],
      after: [
        'https://elsewhere.example',
        ['requestor_id', 'mso_id', 'pt_device_id'],
        302,
        expect.stringMatching(/\/Cablevision\/saml\/slo$/),
      ],
    },
    serviceTokenFault: {
      settings: { serviceTokenFault: 'reject' },
      observe: () => statusOf(raw.get('/profiles', { 'ad-service-token': 'garbage' })),
      before: 200,
      after: 400,
    },
    serviceTokenAudience: {
      settings: { serviceTokenAudience: 'Adobe' },
      observe: async () => {
        await now().tv.logIn({ headers: await service({ aud: 'Adobe' }) });
        const phone = await now().world.deviceOf('ref40-phone');
        return [await typeAt(phone, await service()), await typeAt(phone, await service({ aud: 'Adobe' }))];
      },
      before: ['serviceTokenSSO', 'serviceTokenSSO'],
      after: [undefined, 'serviceTokenSSO'],
    },
    serviceTokenIdentity: {
      settings: { serviceTokenIdentity: 'subject' },
      observe: async () => {
        await now().tv.logIn({ headers: await service() });
        return typeAt(await now().world.deviceOf('ref40-phone'), await service({ iss: 'another' }));
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
    ssoScope: {
      settings: { ssoScope: 'everywhere' },
      observe: async () => {
        const headers = await service();
        await now().tv.logIn({ headers });
        return typeAt(await now().world.deviceOf('apasstest1-tv'), headers);
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
    ssoBinding: {
      settings: { ssoBinding: 'dropped' },
      observe: async () => {
        const headers = await service();
        const { body } = await raw.form('/sessions', {}, headers);
        await now().world.logIn(await raw.form(`/sessions/${body['code']}`, completeForm));
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: 'serviceTokenSSO',
      after: undefined,
    },
    tokenAfterLogin: {
      settings: { tokenAfterLogin: 'links' },
      observe: async () => {
        await now().tv.logIn();
        const headers = await service();
        await now().tv.profiles('', headers);
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: undefined,
      after: 'serviceTokenSSO',
    },
  } satisfies Record<string, SwitchCase>;
};
