import type { Clock } from '#src/lib/clock';
import type { Input, Operation } from '#src/rest-v2/operation';
import type { AccessTokens } from './access-token.ts';
import { createReadAnswer, type ReadAnswer } from './answers.ts';
import { withBrowserUrls } from './browser-urls.ts';
import type { Exchange } from './exchange.ts';
import { createHeadersOf, type HeadersOf, type OutgoingHeaders } from './headers.ts';
import { bodyOf, queryOf } from './listed.ts';
import { createPathOf, type PathOf } from './path.ts';
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

/** What follows from an operation's row alone. */
interface Row {
  readonly pathOf: PathOf;
  readonly headersOf: HeadersOf;
  readonly readAnswer: ReadAnswer;
}

interface Outgoing {
  readonly operation: Operation;
  readonly call: Call;
  readonly path: string;
  readonly body: string | undefined;
  readonly deadline: number;
  /** Earlier repeats of this call, whatever it was repeated for. */
  repeats: number;
}

export const createClient = ({ exchange, accessTokens, clock, settings }: Deps): CallAdobe => {
  const rows = new Map<Operation, Row>();
  const rowOf = (operation: Operation): Row => {
    const known = rows.get(operation);
    if (known) return known;
    const pathOf = createPathOf(settings.origin, operation.path);
    const headersOf = createHeadersOf(operation, settings);
    const row = { pathOf, headersOf, readAnswer: createReadAnswer(operation.answer) };
    rows.set(operation, row);
    return row;
  };

  const attempt = async (outgoing: Outgoing, headers: OutgoingHeaders) => {
    const { operation, call, path, body, deadline, repeats } = outgoing;
    const { device, signal } = call;
    const message = {
      operation,
      path,
      headers,
      body,
      address: device.address,
      attempt: repeats + 1,
      deadline,
      signal,
    };
    try {
      return await exchange(message);
    } catch (error) {
      return { error };
    }
  };

  /** Repeats what may be repeated, twice in all however often this is used. */
  const send = async (outgoing: Outgoing, headers: OutgoingHeaders): Promise<TransportResponse> => {
    const { operation, call, deadline } = outgoing;
    for (;;) {
      const outcome = await attempt(outgoing, headers);
      const pause = mayRepeat(operation, outcome) ? backoff(outgoing.repeats) : undefined;
      if (pause === undefined || clock.monotonic() + pause >= deadline) return responseOf(outcome);
      outgoing.repeats += 1;
      await clock.wait(pause, call.signal);
    }
  };

  return async (operation, call, input = {}) => {
    const { credentials, device, serviceProvider, serviceToken, signal } = call;
    const { pathOf, headersOf, readAnswer } = rowOf(operation);
    const outgoing: Outgoing = {
      operation,
      call,
      path: pathOf({ ...input.parameters, serviceProvider }, queryOf(operation, input)),
      body: bodyOf(operation, input),
      deadline: clock.monotonic() + settings.timeout,
      repeats: 0,
    };
    const known = accessTokens.known(credentials);
    // Rejects values that cannot be sent before they could spoil a token request that others wait for.
    const headers = headersOf({ device, serviceToken, accessToken: known });
    const read = (response: TransportResponse): Answer =>
      withBrowserUrls(operation, readAnswer(response), settings.origin);

    const accessToken = known ?? (await accessTokens.of(credentials, { device, signal }));
    const response = await send(
      outgoing,
      known === undefined ? headersOf({ device, serviceToken, accessToken }) : headers,
    );
    if (response.status !== 401) return read(response);
    const renewed = await accessTokens.of(credentials, { device, signal, refused: accessToken });
    return read(await send(outgoing, headersOf({ device, serviceToken, accessToken: renewed })));
  };
};

const responseOf = (outcome: TransportResponse | { readonly error: unknown }): TransportResponse => {
  if ('error' in outcome) throw outcome.error;
  return outcome;
};
