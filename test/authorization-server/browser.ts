import got, { type Response } from 'got';
import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Response['headers'];
  readonly html: string;
  /** What a person reads. */
  readonly text: string;
  readonly root: HTMLElement;
}

type Headers = Record<string, string>;

/** A viewer's browser without script: keeps cookies, follows redirects, fills forms, and says where they come from. */
export const createBrowser = (jar = new CookieJar()) => {
  const request = async (method: 'GET' | 'POST', url: URL, body?: string, headers: Headers = {}) => {
    const response = await got(url, {
      method,
      ...(body !== undefined && { body }),
      headers: {
        accept: 'text/html',
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        cookie: await jar.getCookieString(url.href),
        ...headers,
      },
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    for (const cookie of response.headers['set-cookie'] ?? []) await jar.setCookie(cookie, url.href);
    return response;
  };

  const arrive = async (url: URL, response: Response<string>, stopAt?: string): Promise<Page> => {
    const { location } = response.headers;
    if (response.statusCode >= 300 && response.statusCode < 400 && location !== undefined) {
      const next = new URL(location, url);
      if (stopAt !== undefined && next.href.startsWith(stopAt))
        return {
          url: next,
          status: response.statusCode,
          headers: response.headers,
          html: '',
          text: '',
          root: parse(''),
        };
      return arrive(next, await request('GET', next), stopAt);
    }
    const root = parse(response.body);
    return {
      url,
      status: response.statusCode,
      headers: response.headers,
      html: response.body,
      text: root.querySelector('body')?.structuredText ?? response.body,
      root,
    };
  };

  const formOf = (page: Page, action: string | RegExp) => {
    const form = page.root
      .querySelectorAll('form')
      .find((candidate) => new RegExp(action).test(`${candidate.getAttribute('action')} ${candidate.text}`));
    if (!form) throw new Error(`no form ${action} on ${page.url.pathname} (${page.status}): ${page.text}`);
    const inputs = form
      .querySelectorAll('input')
      .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
    return {
      url: new URL(form.getAttribute('action') ?? '', page.url),
      fields: Object.fromEntries(inputs) as Record<string, string>,
    };
  };

  return {
    jar,
    request,
    formOf,
    open: async (url: string | URL, stopAt?: string) =>
      arrive(new URL(url), await request('GET', new URL(url)), stopAt),
    /** Presses the button of the form whose action or text matches. */
    submit: async (
      page: Page,
      action: string | RegExp,
      { fields = {}, headers = {}, stopAt }: { fields?: Headers; headers?: Headers; stopAt?: string } = {},
    ) => {
      const form = formOf(page, action);
      const body = new URLSearchParams({ ...form.fields, ...fields }).toString();
      const sent = { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers };
      return arrive(form.url, await request('POST', form.url, body, sent), stopAt);
    },
  };
};

export type Browser = ReturnType<typeof createBrowser>;
