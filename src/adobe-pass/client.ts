import type { ZodType } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { AccessTokens } from './access-token.ts';
import { readAnswer } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { headersOf } from './headers.ts';
import type { Operation } from './operations.ts';
import { type PathParameters, urlOf } from './path.ts';
import { backoff, mayRepeat, type Outcome } from './retry.ts';
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
  const askOnce = async (
    question: Question,
    url: URL,
    deadline: number,
    repeats: number,
  ): Promise<Answer> => {
    const { operation, call } = question;
    const { device, credentials, serviceToken, signal } = call;
    const send = (accessToken: string): Promise<TransportResponse> =>
      exchange({
        operation,
        url,
        headers: headersOf(operation, { device, accessToken, serviceToken }, settings),
        body: question.body,
        address: device.address,
        attempt: repeats + 1,
        deadline,
        signal,
      });
    const accessToken = await accessTokens.of(credentials, { device, signal });
    const response = await send(accessToken);
    if (response.status !== 401) return readAnswer(response, question.shape);
    const renewed = await accessTokens.of(credentials, { device, signal, refused: accessToken });
    return readAnswer(await send(renewed), question.shape);
  };

  const ask = async (question: Question): Promise<Answer> => {
    const { operation, call, query } = question;
    const parameters = { serviceProvider: call.serviceProvider, ...question.parameters };
    const url = urlOf(settings.origin, operation.path, parameters, query);
    // Refuses unsendable values before they could spoil a token request that others wait for.
    headersOf(operation, call, settings);
    const deadline = clock.now() + settings.timeout;
    for (let repeats = 0; ; repeats += 1) {
      const outcome = await askOnce(question, url, deadline, repeats).catch((error: unknown) => ({ error }));
      const pause = backoff(repeats);
      const again = pause !== undefined && clock.now() + pause < deadline && mayRepeat(operation, outcome);
      if (!again) return answerOf(outcome);
      await clock.wait(pause, call.signal);
    }
  };

  return { ask, origin: settings.origin };
};

const answerOf = (outcome: Answer | Extract<Outcome, { error: unknown }>): Answer => {
  if ('error' in outcome) throw outcome.error;
  return outcome;
};
