import type { ZodType } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { AccessTokens } from './access-token.ts';
import { readAnswer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import type { Operation } from './operations.ts';
import { type PathParameters, urlOf } from './path.ts';
import { backoff, mayRepeat } from './retry.ts';
import type { TransportResponse } from './transport.ts';
import type { Answer, Call } from './types.ts';

export interface Question {
  readonly operation: Operation;
  readonly call: Call;
  readonly parameters?: PathParameters;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Of a success. */
  readonly shape: ZodType;
}

/** Asks one V2 question: credentials, access token, throttle, transport, repeats, shape. */
export interface AdobeClient {
  ask(question: Question): Promise<Answer>;
  readonly origin: string;
}

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

export const createClient = ({ exchange, accessTokens, clock, settings }: Deps): AdobeClient => {
  /** How to send the question with a token; what may be repeated is, twice in all however often this is used. */
  const sender = (question: Question, url: URL, deadline: number) => {
    const { operation, call, body } = question;
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

  const ask = async (question: Question): Promise<Answer> => {
    const { operation, call, query, shape } = question;
    const { credentials, device, signal } = call;
    const parameters = { serviceProvider: call.serviceProvider, ...question.parameters };
    const url = urlOf(settings.origin, operation.path, parameters, query);
    // Refuses unsendable values before they could spoil a token request that others wait for.
    headersOf(operation, call, settings);
    const send = sender(question, url, clock.now() + settings.timeout);
    const accessToken = await accessTokens.of(credentials, { device, signal });
    const response = await send(accessToken);
    if (response.status !== 401) return readAnswer(response, shape);
    const renewed = await accessTokens.of(credentials, { device, signal, refused: accessToken });
    return readAnswer(await send(renewed), shape);
  };

  return { ask, origin: settings.origin };
};

const responseOf = (outcome: TransportResponse | { readonly error: unknown }): TransportResponse => {
  if ('error' in outcome) throw outcome.error;
  return outcome;
};
