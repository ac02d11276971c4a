import got from 'got';
import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly document: HTMLElement;
  readonly text: string;
}

const asForm = (form: HTMLElement, filled: Readonly<Record<string, string>>): URLSearchParams => {
  const inputs = form.querySelectorAll('input[type=hidden]');
  const hidden = inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
  return new URLSearchParams({ ...Object.fromEntries(hidden), ...filled });
};

/** A browser without script: cookies, redirects on one origin, forms. It stops before it leaves for `gateway`. */
export const createBrowser = (gateway: string) => {
  const cookies = new CookieJar();
  let page: Page | undefined;
  let arrived: URL | undefined;

  const visit = async (url: URL, form?: URLSearchParams): Promise<void> => {
    if (url.origin === gateway) {
      arrived = url;
      return;
    }
    const answer = await got(url, {
      method: form ? 'POST' : 'GET',
      ...(form && {
        body: form.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      }),
      ...(!form && { headers: { accept: 'text/html' } }),
      cookieJar: cookies,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    const { location } = answer.headers;
    if (location !== undefined) return visit(new URL(location, url));
    const document = parse(answer.body);
    page = { url, status: answer.statusCode, headers: answer.headers, document, text: document.textContent };
  };

  const submit = async (filled: Readonly<Record<string, string>>, index = 0): Promise<void> => {
    const form = page?.document.querySelectorAll('form')[index];
    if (!page || !form) throw new Error('there is no such form on the page');
    await visit(new URL(form.getAttribute('action') ?? '', page.url), asForm(form, filled));
  };

  return {
    cookies,
    open: (url: URL | string): Promise<void> => {
      arrived = undefined;
      return visit(new URL(url));
    },
    /** Sends the page's first form with its hidden fields and these. */
    fill: (filled: Readonly<Record<string, string>>) => submit(filled),
    /** Sends the page's second form. */
    cancel: () => submit({}, 1),
    get page(): Page {
      if (!page) throw new Error('no page is open');
      return page;
    },
    /** Where at the gateway the browser was sent. */
    get arrived(): URL {
      if (!arrived) throw new Error(`the browser is still at ${page?.url.pathname}: ${page?.text}`);
      return arrived;
    },
    get left(): boolean {
      return arrived !== undefined;
    },
  };
};
