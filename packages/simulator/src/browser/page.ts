import { type HTMLElement, parse } from 'node-html-parser';

/** A page as its reader meets it: a title, text, links and forms. */
export interface Page {
  readonly url: URL;
  /** HTTP status; 0 when the browser left for an address outside of this world. */
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly referrerPolicy: string;
  readonly contentPolicy: string;
  readonly root: HTMLElement;
}

interface Received {
  readonly url: URL;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export const readPage = ({ url, status, body, headers }: Received): Page => {
  const root = parse(body);
  const meta = root.querySelector('meta[name="referrer"]')?.getAttribute('content');
  const heading = root.querySelector('title')?.text ?? root.querySelector('h1')?.text ?? '';
  return {
    url,
    status,
    title: tidy(heading),
    text: tidy(root.querySelector('body')?.structuredText ?? root.structuredText),
    referrerPolicy: meta ?? [headers['referrer-policy'] ?? ''].flat().join(','),
    contentPolicy: [headers['content-security-policy'] ?? ''].flat().join(';'),
    root,
  };
};

/** Where a browser ends that was sent to an app's own scheme or to a host outside of this world. */
export const outsidePage = (url: URL): Page => ({
  url,
  status: 0,
  title: '',
  text: '',
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
    ? `${url.protocol}//${url.host}${url.pathname}, which is outside of this world`
    : `the page "${title}" (${url.origin}${url.pathname}, status ${status})`;

export const list = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');

export const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();
