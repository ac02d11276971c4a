import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeviceContext } from '#src/adobe-pass/mvpd-ports';
import { createAccessTokens } from '#src/adobe-pass/oauth2/access-token';
import { createBackChannel } from '#src/adobe-pass/oauth2/back-channel';
import { createOAuthLogin } from '#src/adobe-pass/oauth2/oauth-login';
import { createSamlLogin } from '#src/adobe-pass/saml/saml-login';
import type { Browser } from '#src/browser/browser';
import type { Page } from '#src/browser/page';
import { defaultFixtures } from '#src/default-fixtures';
import type { Mvpd, SamlAuthentication } from '#src/fixtures';
import { systemIds } from '#src/lib/ids';
import { createMvpd } from '#src/mvpd/mvpd';
import { createSigningKeys } from '#src/xml/keys';
import { createManualClock } from '../support/manual-clock.ts';
import { stepwise } from '../world.ts';

export const entityId = 'https://saml.sp.auth.adobe.com';
const adobe = 'http://localhost:9090';
export const consumer = `${adobe}/sp/saml/SAMLAssertionConsumer`;

export const home = { address: '198.18.0.24', port: '40321' };
export const elsewhere: DeviceContext = {
  identifier: 'dHY=',
  address: '203.0.113.77',
  port: '50000',
  info: null,
};

const adobeKeys = createSigningKeys();
const somebodyElse = createSigningKeys();

interface Options {
  /** Overrides for every SAML MVPD of the fixtures. */
  readonly authentication?: Partial<SamlAuthentication>;
}

const configured = (mvpd: Mvpd, { authentication }: Options): Mvpd =>
  mvpd.authentication?.protocol === 'saml'
    ? { ...mvpd, authentication: { ...mvpd.authentication, ...authentication } }
    : mvpd;

/** The URL and fields of a form that posts itself. */
export const postedBy = ({ root }: Page) => {
  const form = root.querySelector('form');
  const inputs = form?.querySelectorAll('input[type=hidden]') ?? [];
  return {
    url: form?.getAttribute('action') ?? '',
    fields: new URLSearchParams(
      inputs.map((input): [string, string] => [
        input.getAttribute('name') ?? '',
        input.getAttribute('value') ?? '',
      ]),
    ),
  };
};

export const responseIn = (fields: URLSearchParams): string =>
  Buffer.from(fields.get('SAMLResponse') ?? '', 'base64').toString('utf8');

/** The MVPDs on one origin, and Adobe's side of each protocol, without Adobe Pass in between. */
export const startMvpds = async (options: Options = {}) => {
  const clock = createManualClock();
  const fixtures = {
    ...defaultFixtures,
    mvpds: defaultFixtures.mvpds.map((one) => configured(one, options)),
  };
  const server = createServer((request, response) => mvpd.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origins = {
    adobe,
    mvpd: `http://localhost:${port}`,
    dtc: '',
    google: '',
    facebook: '',
    apple: '',
  };
  const mvpd = createMvpd(
    { fixtures, origins, clock, ids: systemIds, gatewayOrigin: '', changed: () => {} },
    { adobeKey: adobeKeys },
  );
  const backChannel = createBackChannel({ origins });
  const deps = { fixtures, origins, clock, ids: systemIds, keysOf: mvpd.keysOf };
  const saml = createSamlLogin({ ...deps, key: adobeKeys });
  const oauth = createOAuthLogin({ ...deps, backChannel });

  const mvpdNamed = (id: string): Mvpd => {
    const found = fixtures.mvpds.find((one) => one.id === id);
    if (!found) throw new Error(`no MVPD ${id}`);
    return found;
  };
  const loginOf = (id: string) => (oauth.serves(mvpdNamed(id)) ? oauth : saml.login);

  /** Sends a browser to the MVPD as Adobe does; returns the page that it is shown there. */
  const arrive = async (
    id: string,
    { browser = stepwise(), brand = 'REF30', passive = false, device = elsewhere } = {},
  ) => {
    const request = systemIds.secret();
    const login = { mvpd: mvpdNamed(id), serviceProvider: brand, request, device, passive };
    const step = await loginOf(id).signIn(login);
    const { url } = step;
    const page =
      step.kind === 'redirect'
        ? await browser.open(url)
        : await browser.post(url, new URLSearchParams(step.fields));
    return { browser, request, page };
  };

  /** Types a name and a password into the login page; returns what comes after it. */
  const typeIn = (browser: Browser, page: Page, username: string, password: string): Promise<Page> =>
    browser.submit({ on: page, fill: { username, password } });
  const signIn = async (id: string, user: string, options: Parameters<typeof arrive>[1] = {}) => {
    const arrived = await arrive(id, options);
    const username = `${user}@${id.toLowerCase()}.example`;
    return { ...arrived, page: await typeIn(arrived.browser, arrived.page, username, `${user}-tv`) };
  };

  const consumerRoute = saml.login.signInReturns[0];
  /** Adobe's reading of a form posted to its assertion consumer. */
  const consume = async (fields: URLSearchParams) => {
    if (!consumerRoute) throw new Error('no assertion consumer');
    return consumerRoute.read({ query: new URLSearchParams(), octets: '', form: fields });
  };
  /** Adobe's reading of a redirect back. */
  const comeBack = async (url: string) => {
    const { pathname, search, searchParams: query } = new URL(url);
    const back = { query, octets: search.slice(1), form: new URLSearchParams() };
    const route = [...oauth.signInReturns].find(({ path }) => path === pathname);
    if (!route) throw new Error(`no route at ${pathname}`);
    return route.read(back);
  };

  return {
    clock,
    origins,
    fixtures,
    mvpd,
    saml,
    oauth,
    adobeKeys,
    somebodyElse,
    mvpdNamed,
    arrive,
    typeIn,
    signIn,
    consume,
    comeBack,
    accessToken: createAccessTokens({ backChannel }),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

export type Mvpds = Awaited<ReturnType<typeof startMvpds>>;
