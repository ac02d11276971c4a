/**
 * A browser without script, driven by code: it follows redirects, keeps cookies, fills and submits forms. The story
 * and the tests see the world through it, and through nothing else. It refuses to know any page by heart.
 */
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { fillForm, type Submission } from './form.ts';
import { assertFormAction, navigationHeaders, sameSite, worstRelation } from './navigation.ts';
import { findLink, outsidePage, type Page, readPage } from './page.ts';

interface Options {
  /** The viewer's own address, as the proxy in front of the gateway would report it. */
  readonly address: string;
  /** Addresses, query aside, where an app takes over from the browser: its redirect URIs. */
  readonly stopsAt?: readonly string[];
}

export interface Walker {
  readonly page: Page;
  /** Every address that was asked for, oldest first, redirects included. */
  readonly visited: readonly URL[];
  open(url: string | URL): Promise<Page>;
  submit(submission?: Submission): Promise<Page>;
  /** Follows the link with this text. */
  click(text: string): Promise<Page>;
}

interface Navigation {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  /** The page that it starts from; none for an address typed in. */
  readonly from?: Page;
}

const maxRedirects = 20;

/** Nothing else exists in this world; a browser that is sent elsewhere stops and keeps the address. */
const onThisMachine = (url: URL): boolean =>
  url.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);

export const createWalker = ({ address, stopsAt = [] }: Options): Walker => {
  const jar = new CookieJar();
  const visited: URL[] = [];
  let page = outsidePage(new URL('about:blank'));

  const send = async (
    { method, url, body, from }: Navigation,
    relation: ReturnType<typeof worstRelation>,
  ) => {
    visited.push(url);
    const cookie = await jar.getCookieString(url.href, { sameSiteContext: sameSite(relation, method) });
    const response = await got(url, {
      method,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { request: 30_000 },
      headers: {
        ...navigationHeaders({ method, relation, from, address }),
        ...(cookie && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body !== undefined && { body }),
    });
    for (const line of response.headers['set-cookie'] ?? []) {
      await jar.setCookie(line, url.href, { ignoreError: true });
    }
    return response;
  };

  const navigate = async (start: Navigation): Promise<Page> => {
    let step = start;
    let relation = worstRelation(undefined, step.from?.url, step.url);
    for (let hops = 0; hops <= maxRedirects; hops++) {
      if (start.method === 'POST' && start.from) assertFormAction(start.from, step.url);
      if (!onThisMachine(step.url) || stopsAt.includes(step.url.href.replace(/[?#].*$/, ''))) {
        page = outsidePage(step.url);
        return page;
      }
      const response = await send(step, relation);
      const location = response.headers.location;
      if (response.statusCode < 300 || response.statusCode > 399 || location === undefined) {
        page = readPage({
          url: step.url,
          status: response.statusCode,
          body: response.body,
          headers: response.headers,
        });
        return page;
      }
      const url = new URL(location, step.url);
      relation = worstRelation(relation, step.url, url);
      const keeps = response.statusCode === 307 || response.statusCode === 308;
      step = keeps ? { ...step, url } : { method: 'GET', url, ...(step.from && { from: step.from }) };
    }
    throw new Error(
      `the browser was sent on more than ${maxRedirects} times from ${start.url.origin}${start.url.pathname}`,
    );
  };

  return {
    get page() {
      return page;
    },
    visited,
    open: (url) => navigate({ method: 'GET', url: new URL(url) }),
    async submit(submission = {}) {
      const { method, url, fields } = fillForm(page, submission);
      if (method === 'POST') return navigate({ method, url, body: fields.toString(), from: page });
      url.search = fields.toString();
      return navigate({ method, url, from: page });
    },
    click: async (text) => navigate({ method: 'GET', url: findLink(page, text), from: page }),
  };
};
