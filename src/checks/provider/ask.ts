import type { Exchange } from '#src/identity/http';
import type { Clock } from '#src/lib/clock';
import { parseJson } from '#src/lib/json';

/** What a provider answered. */
export interface Answer {
  /** Origin and path of the request: its query may hold secrets. */
  readonly place: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined if the body is not JSON. */
  readonly json: unknown;
  /** When half of the exchange was over, and how long it took; milliseconds. */
  readonly at: number;
  readonly took: number;
}

export interface NoAnswer {
  readonly place: string;
  /** As in `ExchangeFailure`, or `not a URL`. */
  readonly failure: string;
}

export type Reading = Answer | NoAnswer;

/** Asks for a URL, or posts a form to it. Never rejects. */
export type Ask = (url: string, post?: { form: URLSearchParams; headers: Headers }) => Promise<Reading>;

interface Deps {
  readonly exchange: Exchange;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

export const createAsk =
  ({ exchange, clock }: Deps): Ask =>
  async (url, post) => {
    if (!URL.canParse(url)) return { place: url, failure: 'not a URL' };
    const { origin, pathname } = new URL(url);
    const place = `${origin}${pathname}`;
    const begun = clock.monotonic();
    const response = await exchange(url, {
      method: post ? 'POST' : 'GET',
      headers: { accept: 'application/json, text/html;q=0.5', ...Object.fromEntries(post?.headers ?? []) },
      body: post?.form,
    });
    if (!(response instanceof Response)) return { place, failure: response.failure };
    const [took, receivedAt] = [clock.monotonic() - begun, clock.now()];
    const text = await response.text();
    const { status, headers } = response;
    return { place, status, headers, text, json: parseJson(text), at: receivedAt - took / 2, took };
  };

/** The members of an answer that is a JSON object; empty for any other. */
export const membersOf = (reading: Reading): Readonly<Record<string, unknown>> => {
  const json: unknown = 'json' in reading ? reading.json : undefined;
  return isObject(json) ? { ...json } : {};
};

export const isObject = (json: unknown): json is object =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** Where a redirect leads; undefined if the answer is none. */
export const locationOf = ({ status, headers, place }: Answer): URL | undefined => {
  const location = headers.get('location');
  const isRedirect = status >= 300 && status < 400 && location !== null;
  return isRedirect && URL.canParse(location, place) ? new URL(location, place) : undefined;
};
