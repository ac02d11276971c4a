import type { Clock } from '#src/lib/clock';
import type { Input, Operation } from '#src/rest-v2/operation';
import type { AccessTokens } from './access-token.ts';
import { readAnswer } from './answers.ts';
import { withBrowserUrls } from './browser-urls.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import { bodyOf, queryOf } from './listed.ts';
import { urlOf } from './path.ts';
import { backoff, mayRepeat } from './retry.ts';
import type { TransportResponse } from './transport.ts';
import type { Answer, Call } from './types.ts';

/** Calls one operation: credentials, access token, rate limit, transport, repeats, shape. */
export type CallAdobe = (operation: Operation, call: Call, input?: Input) => Promise<Answer>;

interface Deps {
  readonly exchange: Exchange;
  readonly accessTokens: AccessTokens;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly strictHeaderTable: boolean;
    readonly timeout: number;
  };
}

interface Outgoing {
  readonly operation: Operation;
  readonly call: Call;
  readonly url: URL;
  readonly body: string | undefined;
  readonly deadline: number;
}

export const createClient = ({ exchange, accessTokens, clock, settings }: Deps): CallAdobe => {
  /** Sends the request with a token. Repeats what may be repeated, twice in all however often this is used. */
  const createSend = ({ operation, call, url, body, deadline }: Outgoing) => {
    const { device, serviceToken, signal } = call;
    let repeats = 0;
    return async (accessToken: string): Promise<TransportResponse> => {
      const headers = headersOf(operation, { device, accessToken, serviceToken }, settings);
      const { address } = device;
      for (;;) {
        const message = { operation, url, headers, body, address, attempt: repeats + 1, deadline, signal };
        const outcome = await exchange(message).catch((error: unknown) => ({ error }));
        const pause = backoff(repeats);
        const again = pause !== undefined && clock.now() + pause < deadline && mayRepeat(operation, outcome);
        if (!again) return responseOf(outcome);
        repeats += 1;
        await clock.wait(pause, signal);
      }
    };
  };

  return async (operation, call, input = {}) => {
    const { credentials, device, serviceProvider, signal } = call;
    const parameters = { ...input.parameters, serviceProvider };
    const url = urlOf(settings.origin, operation.path, parameters, queryOf(operation, input));
    // Rejects values that cannot be sent before they could spoil a token request that others wait for.
    headersOf(operation, call, settings);
    const deadline = clock.now() + settings.timeout;
    const send = createSend({ operation, call, url, body: bodyOf(operation, input), deadline });
    const read = (response: TransportResponse): Answer =>
      withBrowserUrls(operation, readAnswer(response, operation.answer), settings.origin);

    const accessToken = await accessTokens.of(credentials, { device, signal });
    const response = await send(accessToken);
    if (response.status !== 401) return read(response);
    const renewed = await accessTokens.of(credentials, { device, signal, refused: accessToken });
    return read(await send(renewed));
  };
};

const responseOf = (outcome: TransportResponse | { readonly error: unknown }): TransportResponse => {
  if ('error' in outcome) throw outcome.error;
  return outcome;
};
