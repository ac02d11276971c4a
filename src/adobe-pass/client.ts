import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Input, Operation } from '#src/rest-v2/operation';
import type { AccessTokens } from './access-token.ts';
import { createReadAnswer, type ReadAnswer, retryAfterOf, unauthorized } from './answers.ts';
import type { Exchange } from './exchange.ts';
import { createHeadersOf, type HeadersOf, type OutgoingHeaders } from './headers.ts';
import { bodyOf, contentTypeOf, queryOf } from './listed.ts';
import { withAbsoluteLogoutUrls } from './logout-urls.ts';
import { createPathOf, type PathOf } from './path.ts';
import { backoff, mayRepeat } from './retry.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { TransportResponse } from './transport.ts';
import type { Answer, Call } from './types.ts';

/** Calls one operation: credentials, access token, rate limit, transport, repeats, shape. */
export type CallAdobe = (operation: Operation, call: Call, input?: Input) => Promise<Answer>;

interface Deps {
  readonly exchange: Exchange;
  readonly accessTokens: AccessTokens;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  readonly settings: {
    readonly origin: string;
    readonly strictHeaderTable: boolean;
    readonly decisionCharset: Config['adobe']['decisionCharset'];
    readonly timeout: number;
    readonly logoutUrl: Config['adobe']['logoutUrl'];
    readonly accessTokenErrors: Config['adobe']['accessTokenErrors'];
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
  readonly mvpd: string | undefined;
  readonly deadline: number;
  /** Earlier repeats of this call, whatever it was repeated for. */
  repeats: number;
}

const createRowOf = (settings: Deps['settings']): ((operation: Operation) => Row) => {
  const readOf = (operation: Operation): ReadAnswer => {
    const read = createReadAnswer(operation.answer);
    if (!operation.hasLogoutUrls || settings.logoutUrl === 'asSent') return read;
    return (response) => withAbsoluteLogoutUrls(read(response), settings.origin);
  };
  const rows = new Map<Operation, Row>();
  return (operation) => {
    const known = rows.get(operation);
    if (known) return known;
    const row = {
      pathOf: createPathOf(settings.origin, operation.path),
      headersOf: createHeadersOf(operation, settings),
      readAnswer: readOf(operation),
    };
    rows.set(operation, row);
    return row;
  };
};

export const createClient = ({ exchange, accessTokens, budget, clock, settings }: Deps): CallAdobe => {
  const rowOf = createRowOf(settings);

  const attempt = async (outgoing: Outgoing, headers: OutgoingHeaders) => {
    const { operation, call, path, body, mvpd, deadline, repeats } = outgoing;
    const { device, signal } = call;
    const message = {
      operation,
      path,
      headers,
      body,
      mvpd,
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

  /** Repeats what may be repeated, twice in all however often this is used, while the budget lasts. */
  const send = async (outgoing: Outgoing, headers: OutgoingHeaders): Promise<TransportResponse> => {
    const { operation, call, deadline } = outgoing;
    for (;;) {
      const outcome = await attempt(outgoing, headers);
      const pause = mayRepeat(operation, outcome, outgoing.repeats)
        ? backoff(outgoing.repeats, 'error' in outcome ? undefined : retryAfterOf(outcome))
        : undefined;
      if (
        pause === undefined ||
        clock.monotonic() + pause >= deadline ||
        !budget.tryWithdraw(call.device.address)
      )
        return responseOf(outcome);
      outgoing.repeats += 1;
      await clock.wait(pause, call.signal);
    }
  };

  return async (operation, call, input = {}) => {
    budget.deposit();
    const { credentials, device, serviceProvider, serviceToken, signal } = call;
    const { pathOf, headersOf, readAnswer } = rowOf(operation);
    const outgoing: Outgoing = {
      operation,
      call,
      path: pathOf({ ...input.parameters, serviceProvider }, queryOf(operation, input)),
      body: bodyOf(operation, input),
      mvpd: mvpdOf(input),
      deadline: clock.monotonic() + settings.timeout,
      repeats: 0,
    };
    const known = accessTokens.known(credentials);
    // Rejects values that cannot be sent before they could spoil a token request that others wait for.
    const values = {
      device,
      serviceToken,
      contentType: contentTypeOf(operation, input, settings.decisionCharset),
    };
    const headers = headersOf({ ...values, accessToken: known });
    const accessToken = known ?? (await accessTokens.of(credentials, { device, signal }));
    const response = await send(
      outgoing,
      known === undefined ? headersOf({ ...values, accessToken }) : headers,
    );
    if (response.status !== 401) return readAnswer(response);
    const renewed = await accessTokens.of(credentials, { device, signal, refused: accessToken });
    const last = await send(outgoing, headersOf({ ...values, accessToken: renewed }));
    if (last.status === 401 && settings.accessTokenErrors === 'byCause') throw unauthorized(last);
    return readAnswer(last);
  };
};

/** In the path, or in the form of a session. */
const mvpdOf = ({ parameters, body }: Input): string | undefined => {
  const mvpd = parameters?.['mvpd'] ?? body?.['mvpd'];
  return typeof mvpd === 'string' ? mvpd : undefined;
};

const responseOf = (outcome: TransportResponse | { readonly error: unknown }): TransportResponse => {
  if ('error' in outcome) throw outcome.error;
  return outcome;
};
