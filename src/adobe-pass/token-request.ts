import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { jsonOf, misread, refuseThrottled } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import { operations } from './operations.ts';
import { urlOf } from './path.ts';
import { dcrError, token } from './shapes.ts';
import type { ClientCredentials, Device } from './types.ts';

export interface IssuedToken {
  readonly accessToken: string;
  /** Milliseconds from now. */
  readonly lifetime: number;
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
 * An access token for client credentials. Errors: gateway_adobe_client_invalid when Adobe no longer knows them,
 * gateway_adobe_token_refused otherwise. Source: DCR, "Retrieve access token".
 */
export const createTokenRequest =
  ({ exchange, clock, settings }: Deps) =>
  async (credentials: ClientCredentials, device: Device): Promise<IssuedToken> => {
    const operation = operations.token;
    const response = await exchange({
      operation,
      url: urlOf(settings.origin, operation.path),
      headers: headersOf(operation, { device }, settings),
      body: new URLSearchParams({
        client_id: credentials.id,
        client_secret: credentials.secret,
        grant_type: 'client_credentials',
      }).toString(),
      address: device.address,
      attempt: 1,
      deadline: clock.now() + settings.timeout,
    });
    refuseThrottled(response);
    const body = jsonOf(response.body);
    const success = token.safeParse(body);
    if (response.status >= 200 && response.status < 300 && success.success) {
      return { accessToken: success.data.access_token, lifetime: success.data.expires_in * 1000 };
    }
    const refusal = dcrError.safeParse(body);
    if (response.status >= 400 && response.status < 500 && refusal.success) throw refused(refusal.data.error);
    throw misread(response.status);
  };

const refused = (error: string) =>
  fail(error === 'invalid_client' ? 'gateway_adobe_client_invalid' : 'gateway_adobe_token_refused', {
    detail: error,
  });
