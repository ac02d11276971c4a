import { createHash } from 'node:crypto';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { type ApiAnswer, numberOf, request, textOf } from './api.ts';

/** What an app keeps after a sign-in. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  /** Seconds between polls. */
  readonly interval: number;
}

export interface AuthorizationRequest {
  readonly url: URL;
  /** Redeems the address that the browser came back with. */
  redeem(landed: URL): Promise<Tokens>;
}

interface Options {
  readonly gateway: string;
  /** The app itself, or the instance that registered with its software statement. */
  readonly client: () => { readonly clientId: string; readonly clientSecret?: string };
  readonly redirectUri: string | undefined;
  /** Headers of the device: its address, its identifier. */
  readonly headers: () => Record<string, string>;
  readonly clock: Clock;
  readonly ids: Ids;
}

const scope = 'openid offline_access';

/** An app's OAuth client, as an app would write it: everything is found by discovery. */
export const createSignInClient = (options: Options) => {
  const { gateway, client, redirectUri, headers, clock, ids } = options;
  let found: Promise<ApiAnswer> | undefined;

  const endpoint = async (name: string): Promise<string> => {
    found ??= request({ url: `${gateway}/.well-known/openid-configuration`, headers: headers() });
    return textOf(await found, name);
  };

  const post = async (name: string, form: Record<string, string>): Promise<ApiAnswer> => {
    const { clientId, clientSecret } = client();
    const credentials = { client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) };
    const url = await endpoint(name);
    return request({ method: 'POST', url, headers: headers(), form: { ...credentials, ...form } });
  };

  const tokensOf = (answer: ApiAnswer): Tokens => ({
    accessToken: textOf(answer, 'access_token'),
    refreshToken: typeof answer.body['refresh_token'] === 'string' ? answer.body['refresh_token'] : undefined,
    expiresIn: numberOf(answer, 'expires_in') ?? 0,
  });

  /** One poll of RFC 8628: the answer, whatever it is. */
  const poll = ({ deviceCode }: DeviceCode): Promise<ApiAnswer> =>
    post('token_endpoint', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
    });

  return {
    poll,

    async requestDeviceCode(): Promise<DeviceCode> {
      const answer = await post('device_authorization_endpoint', { scope });
      return {
        deviceCode: textOf(answer, 'device_code'),
        userCode: textOf(answer, 'user_code'),
        verificationUri: textOf(answer, 'verification_uri'),
        verificationUriComplete: textOf(answer, 'verification_uri_complete'),
        interval: numberOf(answer, 'interval') ?? 5,
      };
    },

    /** Polls until the viewer has decided; `slow_down` lengthens the interval for good (RFC 8628, section 3.5). */
    async awaitTokens(code: DeviceCode, signal?: AbortSignal): Promise<Tokens> {
      for (let interval = code.interval; ; ) {
        const answer = await poll(code);
        const error = answer.body['error'];
        if (error !== 'authorization_pending' && error !== 'slow_down') return tokensOf(answer);
        if (error === 'slow_down') interval += 5;
        await clock.wait(interval * 1000, signal);
      }
    },

    /** Authorization code with PKCE: the address to open in a browser, and what to do when it comes back. */
    async authorize(): Promise<AuthorizationRequest> {
      const { clientId } = client();
      if (!redirectUri) throw new Error(`${clientId} has no redirect URI to come back to`);
      const [state, nonce, verifier] = [ids.secret(16), ids.secret(16), ids.secret()];
      const url = new URL(await endpoint('authorization_endpoint'));
      const parameters = {
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        prompt: 'consent',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return {
        url,
        async redeem(landed) {
          const [error, code] = [landed.searchParams.get('error'), landed.searchParams.get('code')];
          if (error) throw new Error(`the sign-in ended with ${error}`);
          if (landed.searchParams.get('state') !== state || !code) {
            throw new Error(
              `the browser came back to ${landed.protocol}//${landed.host}${landed.pathname} without our code`,
            );
          }
          return tokensOf(
            await post('token_endpoint', {
              grant_type: 'authorization_code',
              code,
              redirect_uri: redirectUri,
              code_verifier: verifier,
            }),
          );
        },
      };
    },

    refresh: async (refreshToken: string): Promise<Tokens> =>
      tokensOf(await post('token_endpoint', { grant_type: 'refresh_token', refresh_token: refreshToken })),

    /** Ends the sign-in: revoking the refresh token revokes all that came from the same grant. */
    async signOut({ accessToken, refreshToken }: Tokens): Promise<void> {
      await post('revocation_endpoint', { token: refreshToken ?? accessToken });
    },
  };
};

export type SignInClient = ReturnType<typeof createSignInClient>;
