import { fail } from '#src/lib/errors';
import { clientCredentials } from '#src/rest-v2/answers';
import { register } from '#src/rest-v2/endpoints';
import type { AskDcr } from './dcr.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface Registration {
  readonly softwareStatement: string;
  readonly redirectUri?: string | undefined;
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
}

const refusal = (error: string) => fail('gateway_adobe_registration_refused', { detail: error });

/**
 * Client credentials for a software statement. Errors: gateway_adobe_registration_refused.
 * Source: DCR, "Retrieve client credentials".
 */
export const createRegister =
  (ask: AskDcr) =>
  async ({ softwareStatement, redirectUri, device, signal }: Registration): Promise<ClientCredentials> => {
    const body = JSON.stringify({ software_statement: softwareStatement, redirect_uri: redirectUri });
    const answer = await ask({
      operation: register,
      device,
      body,
      shape: clientCredentials,
      refusal,
      signal,
    });
    return { id: answer.client_id, secret: answer.client_secret };
  };
