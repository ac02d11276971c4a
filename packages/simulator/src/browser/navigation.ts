import { describePage, type Page } from './page.ts';

/** Sec-Fetch-Site: how the requested address relates to the page that requests it. */
export type Relation = 'none' | 'same-origin' | 'same-site' | 'cross-site';

const order: readonly Relation[] = ['none', 'same-origin', 'same-site', 'cross-site'];

/** A chain of redirects is judged by its worst step (Fetch Metadata, section 2.4). */
export const worstRelation = (before: Relation | undefined, from: URL | undefined, to: URL): Relation => {
  const step: Relation =
    from === undefined || from.protocol === 'about:' || before === 'none'
      ? 'none'
      : from.origin === to.origin
        ? 'same-origin'
        : from.protocol === to.protocol && from.hostname === to.hostname
          ? 'same-site'
          : 'cross-site';
  return before !== undefined && order.indexOf(before) > order.indexOf(step) ? before : step;
};

/** Which SameSite cookies go along. */
export const sameSite = (relation: Relation, method: 'GET' | 'POST'): 'strict' | 'lax' | 'none' =>
  relation !== 'cross-site' ? 'strict' : method === 'GET' ? 'lax' : 'none';

interface Request {
  readonly method: 'GET' | 'POST';
  readonly relation: Relation;
  readonly from: Page | undefined;
  readonly address: string | undefined;
}

/** The headers of a browser that loads a document. A page without referrer posts its forms as `Origin: null`. */
export const navigationHeaders = ({ method, relation, from, address }: Request): Record<string, string> => ({
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) KinpassWalker/1.0',
  accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en',
  'upgrade-insecure-requests': '1',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-site': relation,
  ...(address !== undefined && { 'x-forwarded-for': address }),
  ...(method === 'POST' && from && { origin: sendsOrigin(from) ? from.url.origin : 'null' }),
});

/** The last policy of the list that counts (Referrer Policy, section 8.1), for requests to the same origin. */
const sendsOrigin = ({ referrerPolicy }: Page): boolean =>
  referrerPolicy.split(',').at(-1)?.trim() !== 'no-referrer';

/** Chromium holds a form to its page's `form-action` on every redirect that follows, not only on its first step. */
export const assertFormAction = (page: Page, url: URL): void => {
  const directive = page.contentPolicy.split(';').map((part) => part.trim().split(/\s+/));
  const sources = directive.find(([name]) => name === 'form-action')?.slice(1);
  if (!sources) return;
  const allowed = sources.some(
    (source) =>
      (source === "'self'" && url.origin === page.url.origin) ||
      source === url.protocol ||
      (source === '*' && url.protocol.startsWith('http')) ||
      (url.origin !== 'null' && source === url.origin),
  );
  if (!allowed)
    throw new Error(`form-action of ${describePage(page)} does not allow ${url.protocol}//${url.host}`);
};
