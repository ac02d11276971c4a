import type Provider from 'oidc-provider';
import { z } from 'zod';
import type { Config } from '#src/config/schema';
import type { DeviceCode, DeviceSignIns, IssuedTokens, SignInRequest } from '#src/flows/device-sign-ins';
import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import { textMember } from '#src/lib/json';
import type { AskEndpoint, OwnAnswer } from '../own-requests.ts';
import { parseDeviceFacts } from './device-facts.ts';
import type { DeviceLinks } from './device-links.ts';
import { formatUserCode } from './user-code.ts';

interface Deps {
  readonly provider: Pick<Provider, 'DeviceCode'>;
  readonly ask: AskEndpoint;
  readonly linksOf: DeviceLinks;
  readonly settings: Pick<Config['signIn'], 'pollingInterval'>;
  readonly clock: Pick<Clock, 'now'>;
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** An identity, and tokens that outlive the browser in which the viewer signs in. */
const scope = 'openid offline_access';

/** Headers that describe the device. Its credentials, if any, are in the form. */
const described = [
  'user-agent',
  'x-device-info',
  'ap-device-identifier',
  'ap-visitor-identifier',
  'accept-language',
];

/** RFC 8628 §3.2. */
const begunShape = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
});

const credentialsOf = ({ clientId, clientSecret }: SignInRequest): Record<string, string> => ({
  client_id: clientId,
  ...(clientSecret !== undefined && { client_secret: clientSecret }),
});

/** What the client's credentials are refused with; anything else is a fault of ours, since the rest of the request is ours. */
const refusal = ({ status, body }: OwnAnswer): KinpassError => {
  const error = textMember(body, 'error');
  return error === 'invalid_client'
    ? fail('client_credentials_invalid', { field: 'client_id' })
    : fail('gateway_internal', { detail: `the authorization server answered ${status} ${error}` });
};

const isIssued = (body: OwnAnswer['body']): body is IssuedTokens => typeof body['access_token'] === 'string';

/** Sign-ins of devices, for whoever does not ask the endpoints itself. */
export const createDeviceSignIns = ({ provider, ask, linksOf, settings, clock }: Deps): DeviceSignIns => {
  const interval = Math.ceil(settings.pollingInterval / 1000);

  const send = (path: string, request: SignInRequest, form: Record<string, string>): Promise<OwnAnswer> => {
    const headers = Object.fromEntries(
      described.flatMap((name) => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return ask({ path, form: { ...credentialsOf(request), ...form }, headers, client: request.client });
  };

  return {
    begin: async (request) => {
      const answer = await send('/device/auth', request, { scope });
      if (answer.status !== 200) throw refusal(answer);
      const begun = begunShape.parse(answer.body);
      return {
        deviceCode: begun.device_code,
        userCode: begun.user_code,
        verificationUri: begun.verification_uri,
        verificationUriComplete: begun.verification_uri_complete,
        interval: begun.interval,
        expiresAt: clock.now() + begun.expires_in * 1000,
      };
    },

    pending: async ({ clientId, headers }, deviceCode): Promise<DeviceCode | undefined> => {
      const found = await provider.DeviceCode.find(deviceCode, { ignoreExpiration: true });
      const began = parseDeviceFacts(found?.deviceInfo)?.streaming?.identifier;
      if (began !== undefined && began !== headers['ap-device-identifier'])
        throw fail('gateway_device_mismatch', { field: 'AP-Device-Identifier' });
      const isPending =
        found?.clientId === clientId &&
        !found.isExpired &&
        found.error === undefined &&
        found.accountId === undefined;
      if (!isPending || found.userCode === undefined) return undefined;
      const { verification_uri, verification_uri_complete } = await linksOf(found.userCode, clientId);
      return {
        deviceCode,
        userCode: formatUserCode(found.userCode),
        verificationUri: verification_uri,
        verificationUriComplete: verification_uri_complete,
        interval,
        expiresAt: clock.now() + found.remainingTTL * 1000,
      };
    },

    redeem: async (request, deviceCode) => {
      const answer = await send('/token', request, { grant_type: deviceGrant, device_code: deviceCode });
      if (answer.status === 200 && isIssued(answer.body)) return { tokens: answer.body };
      const refused = textMember(answer.body, 'error');
      if (refused === undefined || refused === 'invalid_client' || answer.status >= 500)
        throw refusal(answer);
      return { refused };
    },
  };
};
