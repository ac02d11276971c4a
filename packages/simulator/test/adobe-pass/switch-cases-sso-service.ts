import { decodeProtectedHeader } from 'jose';
import { createSsoClient, linkWith, tokenWith } from './sso-client.ts';
import type { Now, SwitchCase } from './switch-stage.ts';

const ana = { 'x-sso-id': 'ana' };

/** The hosted SSO Service. */
export const ssoServiceCases = (now: Now) => {
  const sso = () => createSsoClient(now().tv);
  const created = async () => (await sso().create(ana)).body;
  const held = async () => ({ 'ad-service-token': tokenWith(await sso().create(ana)) });
  const linked = async () => sso().link(await held());
  const lifeOf = (body: { notBefore?: unknown; notAfter?: unknown }) =>
    Number(body.notAfter) - Number(body.notBefore);

  return {
    ssoServiceTokenMember: {
      turn: { ssoServiceTokenMember: 'jws' },
      look: async () => Object.keys(await created())[1],
      before: 'serviceToken',
      after: 'jws',
    },
    ssoServiceTokenAlgorithm: {
      turn: { ssoServiceTokenAlgorithm: 'RS256' },
      look: async () => decodeProtectedHeader(tokenWith(await sso().create(ana))).alg,
      before: 'HS256',
      after: 'RS256',
    },
    ssoServiceTokenSeconds: {
      turn: { ssoServiceTokenSeconds: 86_400 },
      look: async () => lifeOf(await created()),
      before: 3_600_000,
      after: 86_400_000,
    },
    ssoServiceRefreshSeconds: {
      turn: { ssoServiceRefreshSeconds: 0 },
      look: async () => {
        const headers = await held();
        await now().world.clock.advance(3_600_000);
        return (await sso().refresh(headers)).status;
      },
      before: 200,
      after: 401,
    },
    ssoServiceLinkMember: {
      turn: { ssoServiceLinkMember: 'link' },
      look: async () => Object.keys((await linked()).body)[1],
      before: 'code',
      after: 'link',
    },
    ssoServiceLinkCode: {
      turn: { ssoServiceLinkCode: 'alphanumeric' },
      look: async () => {
        const codes = [linkWith(await linked()), linkWith(await linked()), linkWith(await linked())];
        return codes.every((code) => /^\d{6}$/.test(code));
      },
      before: true,
      after: false,
    },
    ssoServiceLinkSeconds: {
      turn: { ssoServiceLinkSeconds: 3600 },
      look: async () => lifeOf((await linked()).body),
      before: 2_700_000,
      after: 3_600_000,
    },
    ssoServiceErrorBody: {
      turn: { ssoServiceErrorBody: 'flat' },
      look: async () => {
        const { body } = await sso().create({});
        return [body['status'], body['code']];
      },
      before: ['BAD_REQUEST', undefined],
      after: [400, 'header_missing'],
    },
    ssoServiceMissingToken: {
      turn: { ssoServiceMissingToken: 'badRequest' },
      look: async () => [(await sso().refresh({})).status, (await sso().list({})).status],
      before: [400, 401],
      after: [400, 400],
    },
    ssoServiceIdDefault: {
      turn: { ssoServiceIdDefault: 'device' },
      look: async () => (await sso().create({})).status,
      before: 400,
      after: 201,
    },
    ssoServiceDeviceInfo: {
      turn: { ssoServiceDeviceInfo: 'required' },
      look: async () => {
        const { authorization = '', 'ap-device-identifier': device = '' } = now().tv.raw.headers;
        const headers = { ...ana, authorization, 'ap-device-identifier': device };
        return (await now().world.adobe('/api/REF30/serviceToken', { method: 'POST', headers })).status;
      },
      before: 201,
      after: 400,
    },
  } satisfies Record<string, SwitchCase>;
};
