import type { KeyObject } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Element } from '@xmldom/xmldom';
import type { SamlAuthentication } from '#src/fixtures';
import { MvpdProblem } from '../problem.ts';
import { parseXml } from './read-xml.ts';
import { signedRoot, signQuery, verifyQuery } from './signing.ts';

type MessageName = 'SAMLRequest' | 'SAMLResponse';

/** A message with a valid signature. */
export interface Received {
  readonly root: Element;
  /** Unchanged; null if there was none. */
  readonly relayState: string | null;
}

interface Agreement {
  readonly key: KeyObject;
  readonly algorithm: SamlAuthentication['signature'];
}

/** The maximum size of an inflated message. */
const maxMessageSize = 64 * 1024;

/** The values of a query before decoding, because the signature covers these. */
const rawValues = (query: string): Map<string, string> => {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name = '', ...rest] = pair.split('=');
    if (values.has(name)) throw new MvpdProblem(`The parameter ${name} is repeated.`);
    values.set(name, rest.join('='));
  }
  return values;
};

const decoded = (value: string | undefined): string => {
  try {
    return decodeURIComponent((value ?? '').replaceAll('+', ' '));
  } catch {
    throw new MvpdProblem('The message is not correctly encoded.');
  }
};

const inflated = (value: string): string => {
  try {
    return inflateRawSync(Buffer.from(value, 'base64'), { maxOutputLength: maxMessageSize }).toString('utf8');
  } catch {
    throw new MvpdProblem('The message cannot be inflated.');
  }
};

/** HTTP-Redirect binding (SAML bindings, 3.4): deflated, with a detached signature over the query. */
export const readRedirect = (
  query: string,
  agreement: Agreement,
  name: MessageName = 'SAMLRequest',
): Received => {
  const values = rawValues(query);
  const message = values.get(name);
  if (!message) throw new MvpdProblem(`There is no ${name}.`);
  const relayState = values.get('RelayState');
  const signed = [name, 'RelayState', 'SigAlg']
    .filter((key) => values.has(key))
    .map((key) => `${key}=${values.get(key)}`)
    .join('&');
  const [algorithm, signature] = [decoded(values.get('SigAlg')), decoded(values.get('Signature'))];
  verifyQuery({ signed, algorithm, signature }, agreement);
  return {
    root: parseXml(inflated(decoded(message))),
    relayState: relayState === undefined ? null : decoded(relayState),
  };
};

/** HTTP-POST binding (SAML bindings, 3.5): a form field, with the signature inside the message. */
export const readPost = (form: URLSearchParams, agreement: Agreement): Received => {
  const [message, ...others] = form.getAll('SAMLRequest');
  if (!message || others.length > 0) throw new MvpdProblem('There is no SAMLRequest.');
  const text = Buffer.from(message, 'base64').toString('utf8');
  return { root: parseXml(signedRoot(text, agreement)), relayState: form.get('RelayState') };
};

/** The URL that sends a message to `destination` by HTTP-Redirect. */
export const redirectTo = (
  destination: string,
  { name, text, relayState }: { name: MessageName; text: string; relayState: string | null },
  agreement: Agreement,
): string => {
  const message = deflateRawSync(Buffer.from(text)).toString('base64');
  const query = [
    `${name}=${encodeURIComponent(message)}`,
    ...(relayState === null ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
  ].join('&');
  return `${destination}?${signQuery(query, agreement)}`;
};
