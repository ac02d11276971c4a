import { fail, type KinpassError } from '#src/lib/errors';
import { clientCredentials } from '#src/rest-v2/answers';
import { register } from '#src/rest-v2/endpoints';
import type { CallDcr } from './dcr.ts';
import { idIn } from './environment.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface Registration {
  /** Where the statement is of, and where the credentials will be used. */
  readonly environment: string;
  readonly softwareStatement: string;
  readonly redirectUri?: string | undefined;
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
}

const refusalOf =
  (redirectUri: string | undefined) =>
  (error: string): KinpassError =>
    error === 'invalid_redirect_uri'
      ? fail('gateway_adobe_redirect_uri_refused', {
          field: 'redirect_uri',
          hint: redirectUri === undefined ? 'the app registered without one' : `it is ${redirectUri}`,
          detail: error,
        })
      : fail('gateway_adobe_registration_refused', { detail: error });

/**
 * Gets client credentials for a software statement. Errors: gateway_adobe_registration_refused,
 * gateway_adobe_redirect_uri_refused.
 * Source: DCR, "Retrieve client credentials".
 */
export const createRegister =
  (callDcr: CallDcr) =>
  async ({
    environment,
    softwareStatement,
    redirectUri,
    device,
    signal,
  }: Registration): Promise<ClientCredentials> => {
    const body = JSON.stringify({ software_statement: softwareStatement, redirect_uri: redirectUri });
    const answer = await callDcr({
      operation: register,
      device,
      body,
      shape: clientCredentials,
      refusal: refusalOf(redirectUri),
      signal,
    });
    return { id: idIn(environment, answer.client_id), secret: answer.client_secret };
  };
