import type { IncomingHttpHeaders } from 'node:http';
import { type HTMLElement, parse } from 'node-html-parser';

/** A loaded document: what a reader sees of it (title, text) and what the server sent. */
export interface Page {
  readonly url: URL;
  /** HTTP status; 0 if the browser was sent to an address that it does not open. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly title: string;
  /** What a person reads. */
  readonly text: string;
  /** The body as it came. */
  readonly html: string;
  readonly referrerPolicy: string;
  readonly contentPolicy: string;
  readonly root: HTMLElement;
}

interface Received {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export const readPage = ({ url, status, body, headers }: Received): Page => {
  const root = parse(body);
  const meta = root.querySelector('meta[name="referrer"]')?.getAttribute('content');
  const heading = root.querySelector('title')?.text ?? root.querySelector('h1')?.text ?? '';
  return {
    url,
    status,
    headers,
    title: tidy(heading),
    text: tidy(root.querySelector('body')?.structuredText ?? root.structuredText),
    html: body,
    referrerPolicy: meta ?? [headers['referrer-policy'] ?? ''].flat().join(','),
    contentPolicy: [headers['content-security-policy'] ?? ''].flat().join(';'),
    root,
  };
};

/** The page of a browser that was sent to an app's own scheme, or to a host outside the simulated world. */
export const outsidePage = (url: URL): Page => ({
  url,
  status: 0,
  headers: {},
  title: '',
  text: '',
  html: '',
  referrerPolicy: '',
  contentPolicy: '',
  root: parse(''),
});

/** The target of a link, found by its text or a part of it. */
export const findLink = (page: Page, text: string): URL => {
  const links = page.root.querySelectorAll('a[href]');
  const link =
    links.find((candidate) => tidy(candidate.text) === text) ??
    links.find((candidate) => tidy(candidate.text).includes(text));
  if (!link)
    throw new Error(
      `no link "${text}" on ${describePage(page)}; it has ${list(links.map((a) => tidy(a.text)))}`,
    );
  return new URL(link.getAttribute('href') ?? '', page.url);
};

/** A page in an error message: its title and address, without the query, which may hold codes. */
export const describePage = ({ url, status, title }: Page): string =>
  status === 0
    ? `${url.protocol}//${url.host}${url.pathname}, which is outside the simulated world`
    : `the page "${title}" (${url.origin}${url.pathname}, status ${status})`;

export const list = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');

export const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();
