import type { Clock } from '#src/lib/clock';
import { type OauthClient, scope, type Tokens, tokensOf } from './oauth-client.ts';
import { type ApiAnswer, numberOf, textOf } from './request.ts';

export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  /** Seconds between polls. */
  readonly interval: number;
}

export interface DeviceRequest {
  /** Headers of REST V2 by which the device identifies itself: the phone can then go on to the TV provider. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For whom, where the app has several. */
  readonly serviceProvider?: string;
}

/** The device's side of the device authorization grant (RFC 8628). */
export const createDeviceGrant = ({ oauth, clock }: { oauth: OauthClient; clock: Clock }) => {
  const poll = ({ deviceCode }: DeviceCode): Promise<ApiAnswer> =>
    oauth.post('token_endpoint', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
    });

  return {
    async requestDeviceCode({ headers, serviceProvider }: DeviceRequest = {}): Promise<DeviceCode> {
      const form = { scope, ...(serviceProvider && { service_provider: serviceProvider }) };
      const answer = await oauth.post('device_authorization_endpoint', form, headers);
      return {
        deviceCode: textOf(answer, 'device_code'),
        userCode: textOf(answer, 'user_code'),
        verificationUri: textOf(answer, 'verification_uri'),
        verificationUriComplete: textOf(answer, 'verification_uri_complete'),
        interval: numberOf(answer, 'interval') ?? 5,
      };
    },

    /** Polls once and returns the answer as it is. */
    poll,

    /**
     * Polls until the viewer has decided; `slow_down` lengthens the interval for good (RFC 8628, section 3.5). Errors:
     * an Error with the reason if the viewer denied or the code expired; the reason of `signal` if it is aborted.
     */
    async awaitTokens(code: DeviceCode, signal?: AbortSignal): Promise<Tokens> {
      for (let interval = code.interval; ; ) {
        const answer = await poll(code);
        const error = answer.body['error'];
        if (error !== 'authorization_pending' && error !== 'slow_down') return tokensOf(answer);
        if (error === 'slow_down') interval += 5;
        await clock.wait(interval * 1000, signal);
      }
    },
  };
};
