import { fail } from '#src/lib/errors';
import { clientToken } from '#src/rest-v2/answers';
import { token } from '#src/rest-v2/endpoints';
import type { CallDcr } from './dcr.ts';
import { clientIdOf } from './environment.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface IssuedToken {
  readonly accessToken: string;
  /** Milliseconds from now. */
  readonly lifetime: number;
}

const refusal = (error: string) =>
  fail(error === 'invalid_client' ? 'gateway_adobe_client_invalid' : 'gateway_adobe_token_refused', {
    detail: error,
  });

/**
 * Gets an access token for client credentials. Errors: gateway_adobe_client_invalid when Adobe no longer knows them,
 * gateway_adobe_token_refused otherwise. Source: DCR, "Retrieve access token".
 */
export const createTokenRequest =
  (callDcr: CallDcr) =>
  async ({ id, secret }: ClientCredentials, device: Device): Promise<IssuedToken> => {
    const form = { client_id: clientIdOf(id), client_secret: secret, grant_type: 'client_credentials' };
    const body = new URLSearchParams(form).toString();
    const answer = await callDcr({ operation: token, device, body, shape: clientToken, refusal });
    return { accessToken: answer.access_token, lifetime: answer.expires_in * 1000 };
  };
