/**
 * A browser without script, driven by code: it follows redirects, keeps cookies, fills and submits forms. The story
 * and the tests see web pages through it alone. It must not know any page by heart.
 */
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { fillForm, type Submission } from './form.ts';
import { assertFormAction, navigationHeaders, type Relation, sameSite, worstRelation } from './navigation.ts';
import { findLink, outsidePage, type Page, readPage } from './page.ts';

export interface BrowserOptions {
  /** The viewer's own address, as a trusted proxy would report it (X-Forwarded-For); not sent if absent. */
  readonly address?: string;
  /** Where redirects end because an app takes over: redirect URIs without their query, or whole origins. */
  readonly stopsAt?: readonly string[];
  /** Whether redirects are followed (the default) or shown as pages of their own, with a `location` header. */
  readonly followRedirects?: boolean;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
}

type Fields = Readonly<Record<string, string>>;

/**
 * Errors: an Error that names the page if it has no such form, link or option, if its `form-action` forbids the
 * target of a form, or if a redirect leads on for more than 20 steps; a network error if nothing answers in 30 s.
 */
export interface Browser {
  /** The page shown now; `about:blank`, with status 0, before the first. */
  readonly page: Page;
  /** Every address requested so far, oldest first, redirects included. */
  readonly visited: readonly URL[];
  /** The cookies it holds: all, or those that it would send to this address. */
  cookies(url?: string | URL): readonly Cookie[];
  /**
   * Loads an address as if it were typed in; `headers` replace the browser's own. A page with status 0 means that
   * the browser stopped before an address that it does not open.
   */
  open(url: string | URL, headers?: Fields): Promise<Page>;
  /** Fills a form of the page and presses a button. */
  submit(submission?: Submission): Promise<Page>;
  /** Posts a form that is on no page shown here, as another site's script would. */
  post(url: string | URL, fields: Fields | URLSearchParams): Promise<Page>;
  /** Follows the link with this text. */
  click(text: string): Promise<Page>;
}

interface Navigation {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  readonly headers?: Fields | undefined;
  /** The page that it starts from; none for an address typed in. */
  readonly from?: Page;
}

const maxRedirects = 20;

/** Nothing else exists in this world; a browser that is sent elsewhere stops and keeps the address. */
const onThisMachine = (url: URL): boolean =>
  url.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);

/** One HTTP exchange: no redirect is followed, no status throws. */
const send = (
  { method, url, body }: { method: string; url: URL; body: string | undefined },
  headers: Fields,
) =>
  got(url, {
    method,
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: 30_000 },
    headers: {
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });

export const createBrowser = ({
  address,
  stopsAt = [],
  followRedirects = true,
}: BrowserOptions = {}): Browser => {
  const jar = new CookieJar();
  const visited: URL[] = [];
  let page = outsidePage(new URL('about:blank'));

  const stops = (url: URL): boolean =>
    stopsAt.includes(url.origin) || stopsAt.includes(url.href.replace(/[?#].*$/, ''));

  const load = async (
    { method, url, body, headers, from }: Navigation,
    relation: Relation,
  ): Promise<Page> => {
    visited.push(url);
    const cookie = await jar.getCookieString(url.href, { sameSiteContext: sameSite(relation, method) });
    const response = await send(
      { method, url, body },
      {
        ...navigationHeaders({ method, relation, from, address }),
        ...(cookie && { cookie }),
        ...headers,
      },
    );
    for (const line of response.headers['set-cookie'] ?? []) {
      await jar.setCookie(line, url.href, { ignoreError: true });
    }
    return readPage({ url, status: response.statusCode, body: response.body, headers: response.headers });
  };

  const navigate = async (start: Navigation): Promise<Page> => {
    let step = start;
    let relation = worstRelation(undefined, step.from?.url, step.url);
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      if (start.method === 'POST' && start.from) assertFormAction(start.from, step.url);
      if (!onThisMachine(step.url) || (redirects > 0 && stops(step.url))) return outsidePage(step.url);
      const loaded = await load(step, relation);
      const { location } = loaded.headers;
      const redirected = loaded.status >= 300 && loaded.status < 400 && location !== undefined;
      if (!redirected || !followRedirects) return loaded;
      const url = new URL(location, step.url);
      relation = worstRelation(relation, step.url, url);
      const keepsMethod = loaded.status === 307 || loaded.status === 308;
      step = keepsMethod ? { ...step, url } : { method: 'GET', url, ...(step.from && { from: step.from }) };
    }
    const { origin, pathname } = start.url;
    throw new Error(`the browser was redirected more than ${maxRedirects} times from ${origin}${pathname}`);
  };

  const show = async (navigation: Navigation): Promise<Page> => {
    page = await navigate(navigation);
    return page;
  };

  return {
    get page() {
      return page;
    },
    visited,
    cookies(url) {
      const held = url === undefined ? jar.serializeSync()?.cookies : jar.getCookiesSync(String(url));
      return (held ?? []).map(({ key, value }) => ({ name: String(key), value: String(value) }));
    },
    open: (url, headers) => show({ method: 'GET', url: new URL(url), headers }),
    async submit({ on = page, headers, ...submission } = {}) {
      const { method, url, fields } = fillForm(on, submission);
      if (method === 'POST') return show({ method, url, body: fields.toString(), headers, from: on });
      url.search = fields.toString();
      return show({ method, url, headers, from: on });
    },
    post: (url, fields) =>
      show({ method: 'POST', url: new URL(url), body: new URLSearchParams(fields).toString() }),
    click: async (text) => show({ method: 'GET', url: findLink(page, text), from: page }),
  };
};
