import { decodeProtectedHeader } from 'jose';
import { createSsoClient, linkWith, tokenWith } from '../sso-client.ts';
import type { Now, SwitchCase } from '../switch-stage.ts';

const ana = { 'x-sso-id': 'ana' };

const lifeOf = (body: { notBefore?: unknown; notAfter?: unknown }) =>
  Number(body.notAfter) - Number(body.notBefore);

/** Requests that several cases share. */
const createSsoStage = (now: Now) => {
  const sso = () => createSsoClient(now().tv);
  const created = async () => (await sso().create(ana)).body;
  const held = async () => ({ 'ad-service-token': tokenWith(await sso().create(ana)) });
  const linked = async () => sso().link(await held());
  return { sso, created, held, linked };
};

/** Tokens of the hosted SSO Service. */
export const ssoServiceTokenCases = (now: Now) => {
  const { sso, created, held } = createSsoStage(now);
  return {
    ssoServiceTokenMember: {
      settings: { ssoServiceTokenMember: 'jws' },
      observe: async () => Object.keys(await created())[1],
      before: 'serviceToken',
      after: 'jws',
    },
    ssoServiceTokenAlgorithm: {
      settings: { ssoServiceTokenAlgorithm: 'RS256' },
      observe: async () => decodeProtectedHeader(tokenWith(await sso().create(ana))).alg,
      before: 'HS256',
      after: 'RS256',
    },
    ssoServiceTokenSeconds: {
      settings: { ssoServiceTokenSeconds: 86_400 },
      observe: async () => lifeOf(await created()),
      before: 3_600_000,
      after: 86_400_000,
    },
    ssoServiceRefreshSeconds: {
      settings: { ssoServiceRefreshSeconds: 0 },
      observe: async () => {
        const headers = await held();
        await now().world.clock.advance(3_600_000);
        return (await sso().refresh(headers)).status;
      },
      before: 200,
      after: 401,
    },
  } satisfies Record<string, SwitchCase>;
};

/** Link codes of the hosted SSO Service. */
export const ssoServiceLinkCases = (now: Now) => {
  const { linked } = createSsoStage(now);
  return {
    ssoServiceLinkMember: {
      settings: { ssoServiceLinkMember: 'link' },
      observe: async () => Object.keys((await linked()).body)[1],
      before: 'code',
      after: 'link',
    },
    ssoServiceLinkCode: {
      settings: { ssoServiceLinkCode: 'alphanumeric' },
      observe: async () => {
        const codes = [linkWith(await linked()), linkWith(await linked()), linkWith(await linked())];
        return codes.every((code) => /^\d{6}$/.test(code));
      },
      before: true,
      after: false,
    },
    ssoServiceLinkSeconds: {
      settings: { ssoServiceLinkSeconds: 3600 },
      observe: async () => lifeOf((await linked()).body),
      before: 2_700_000,
      after: 3_600_000,
    },
  } satisfies Record<string, SwitchCase>;
};

/** Errors and required headers of the hosted SSO Service. */
export const ssoServiceErrorCases = (now: Now) => {
  const { sso } = createSsoStage(now);
  return {
    ssoServiceErrorBody: {
      settings: { ssoServiceErrorBody: 'flat' },
      observe: async () => {
        const { body } = await sso().create({});
        return [body['status'], body['code']];
      },
      before: ['BAD_REQUEST', undefined],
      after: [400, 'header_missing'],
    },
    ssoServiceMissingToken: {
      settings: { ssoServiceMissingToken: 'badRequest' },
      observe: async () => [(await sso().refresh({})).status, (await sso().list({})).status],
      before: [400, 401],
      after: [400, 400],
    },
    ssoServiceIdDefault: {
      settings: { ssoServiceIdDefault: 'device' },
      observe: async () => (await sso().create({})).status,
      before: 400,
      after: 201,
    },
    ssoServiceDeviceIds: {
      settings: { ssoServiceDeviceIds: 'encoded' },
      observe: async () => {
        const token = tokenWith(await sso().create(ana));
        const { body } = await sso().list({ 'ad-service-token': token });
        return Object.keys(body['devices'] ?? {});
      },
      before: ['ref30-tv'],
      after: [Buffer.from('ref30-tv').toString('base64')],
    },
    ssoServiceDeviceInfo: {
      settings: { ssoServiceDeviceInfo: 'required' },
      observe: async () => {
        const { authorization = '', 'ap-device-identifier': device = '' } = now().tv.raw.headers;
        const headers = { ...ana, authorization, 'ap-device-identifier': device };
        return (await now().world.adobe('/api/REF30/serviceToken', { method: 'POST', headers })).status;
      },
      before: 201,
      after: 400,
    },
  } satisfies Record<string, SwitchCase>;
};
