import type { IncomingMessage } from 'node:http';

type Request = Pick<IncomingMessage, 'method' | 'headers'>;

/** Whether the answer is for a person: a browser that opens a page asks for HTML, an app does not. */
export const asksForPage = ({ headers }: Pick<Request, 'headers'>): boolean =>
  /\btext\/html\b/i.test(headers.accept ?? '');

/**
 * Whether a person opened an endpoint of apps in a browser. Java's HttpURLConnection, which Android apps use, asks for
 * HTML too unless told otherwise; but no browser navigates with an app's credentials.
 */
export const isOpenedByHand = ({ method, headers }: Request): boolean =>
  asksForPage({ headers }) &&
  /^(GET|HEAD)$/.test(method ?? '') &&
  headers.authorization === undefined &&
  headers['ap-device-identifier'] === undefined;
