import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { jsonOf, misread, refuseThrottled } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import { operations } from './operations.ts';
import { urlOf } from './path.ts';
import { dcrError, registration } from './shapes.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface Registration {
  readonly softwareStatement: string;
  readonly redirectUri?: string | undefined;
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
}

interface Deps {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly strictHeaderTable: boolean;
    readonly timeout: number;
  };
}

/**
 * Client credentials for a software statement; never repeated, since each success makes another pair.
 * Errors: gateway_adobe_registration_refused. Source: DCR, "Retrieve client credentials".
 */
export const createRegister =
  ({ exchange, clock, settings }: Deps) =>
  async ({ softwareStatement, redirectUri, device, signal }: Registration): Promise<ClientCredentials> => {
    const operation = operations.register;
    const response = await exchange({
      operation,
      url: urlOf(settings.origin, operation.path),
      headers: headersOf(operation, { device }, settings),
      body: JSON.stringify({ software_statement: softwareStatement, redirect_uri: redirectUri }),
      address: device.address,
      attempt: 1,
      deadline: clock.now() + settings.timeout,
      signal,
    });
    refuseThrottled(response);
    const body = jsonOf(response.body);
    const success = registration.safeParse(body);
    if (response.status >= 200 && response.status < 300 && success.success) {
      return { id: success.data.client_id, secret: success.data.client_secret };
    }
    const refusal = dcrError.safeParse(body);
    if (response.status >= 400 && response.status < 500 && refusal.success) {
      throw fail('gateway_adobe_registration_refused', { detail: refusal.data.error });
    }
    throw misread(response.status);
  };
