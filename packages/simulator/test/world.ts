import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type Browser, createBrowser } from '#src/browser/browser';
import type { Page } from '#src/browser/page';
import { createDevice } from '#src/client/device';
import { type ApiAnswer, type ApiRequest, request } from '#src/client/request';
import { systemIds } from '#src/lib/ids';
import type { Json, JsonObject } from '#src/lib/json';
import type { SimulatorOptions } from '#src/options';
import type { RecordedRequest } from '#src/recording';
import { startSimulator } from '#src/simulator';
import { createManualClock, type ManualClock } from './support/manual-clock.ts';

export const anyPorts = { adobe: 0, mvpd: 0, dtc: 0, google: 0, facebook: 0, apple: 0 };

export const redirectUrl = 'https://adobe.com/done';
export const completeForm = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl };

/** A browser that stops at every redirect. */
export const stepwise = (): Browser => createBrowser({ followRedirects: false });

/** Follows the redirect, or presses the button of a page that would go on by itself. */
export const goOn = (browser: Browser, page: Page): Promise<Page> =>
  page.status === 200 ? browser.submit({ on: page }) : browser.open(page.headers.location ?? '');

/** Types a subscriber's name into the MVPD's login page, if `shown` is one; returns what sends the browser back. */
export const fillIn = async (
  browser: Browser,
  shown: Page,
  { user = 'ana', password }: { user?: string; password?: string | undefined } = {},
): Promise<Page> => {
  const action = shown.root.querySelector('form')?.getAttribute('action') ?? '';
  if (!action.startsWith('/')) return shown;
  const mvpd = action.split('/')[1] ?? '';
  const username = `${user}@${mvpd.toLowerCase()}.example`;
  return browser.submit({ on: shown, fill: { username, password: password ?? `${user}-tv` } });
};

export interface Device {
  readonly bearer: string;
  readonly headers: Record<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  form(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<ApiAnswer>;
  json(path: string, body: object, headers?: Record<string, string>): Promise<ApiAnswer>;
}

export const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

const info = {
  primaryHardwareType: 'SetTopBox',
  model: 'TV 5th Gen',
  version: '5.1',
  osName: 'tvOS',
  osVersion: '11.0',
  connectionType: 'WiFi',
  connectionIp: '203.0.113.7',
  connectionPort: '53124',
};

export const deviceInfo = base64(info);

const keyPair = generateKeyPair('RS256', { extractable: true });

/** A simulator on free ports with a clock that stands still, no throttle, and a programmer's key known to Adobe. */
export const startWorld = async (options: SimulatorOptions = {}) => {
  const clock: ManualClock = createManualClock();
  const simulator = await startSimulator({ ports: anyPorts, clock, throttle: null, ...options });
  const { origins, fixtures } = simulator;
  const programmer = await keyPair;
  simulator.trustServiceTokenKey({ ...(await exportJWK(programmer.publicKey)) } as JsonObject);

  type More = Omit<ApiRequest, 'url'>;
  const adobe = (path: string, more?: More) => request({ ...more, url: origins.adobe + path });
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    adobe(path, { method: 'POST', headers, json: body as Json });
  const postForm = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    adobe(path, { method: 'POST', headers, form });
  const appNamed = (id: string) => {
    const found = fixtures.apps.find((app) => app.id === id);
    if (!found) throw new Error(`no app ${id}`);
    return found;
  };
  const statementOf = (app: string) => appNamed(app).softwareStatement;

  const register = async (app: string) =>
    (await post('/o/client/register', { software_statement: statementOf(app) })).body;
  const bearerOf = async ({ client_id, client_secret }: JsonObject): Promise<string> => {
    const form = { client_id: String(client_id), client_secret: String(client_secret) };
    const { body } = await postForm('/o/client/token', { ...form, grant_type: 'client_credentials' });
    return String(body['access_token']);
  };

  /** An app on a device, with credentials of its own. */
  const device = async (app = 'ref30-tv', id = app): Promise<Device> => {
    const registered = createDevice({
      gateway: origins.adobe,
      app: appNamed(app),
      device: { name: id, id, address: '127.0.0.1', info },
      clock,
      ids: systemIds,
    });
    await registered.register();
    const bearer = registered.tokens?.accessToken ?? '';
    return {
      bearer,
      headers: { ...registered.headers, authorization: `Bearer ${bearer}` },
      get: (path, headers = {}) => registered.send(path, { headers }),
      form: (path, form, headers = {}) => registered.send(path, { method: 'POST', form, headers }),
      json: (path, body, headers = {}) =>
        registered.send(path, { method: 'POST', json: body as Json, headers }),
    };
  };

  /** Signs `user` in for the code that `created` answered; resolves to the last hop, the one to redirectUrl. */
  const logIn = async (
    created: Pick<ApiAnswer, 'body'>,
    browser = stepwise(),
    user = 'ana',
  ): Promise<Page> => {
    const away = await browser.open(origins.adobe + String(created.body['url']));
    const shown = await goOn(browser, away);
    return goOn(browser, await fillIn(browser, shown, { user }));
  };

  const serviceToken = (
    subject = 'ana',
    { key = programmer.privateKey, ...claims }: JWTPayload & { key?: CryptoKey } = {},
  ) => {
    const now = Math.floor(clock.now() / 1000);
    return new SignJWT({
      iss: 'kinpass',
      sub: subject,
      aud: 'adobe',
      iat: now,
      exp: now + 3600,
      jti: 'one',
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(key);
  };

  const requests = async (): Promise<RecordedRequest[]> =>
    JSON.parse((await adobe('/_control/requests')).text);

  return {
    simulator,
    origins,
    fixtures,
    clock,
    adobe,
    post,
    postForm,
    statementOf,
    register,
    bearerOf,
    device,
    logIn,
    serviceToken,
    requests,
    programmer,
    [Symbol.asyncDispose]: simulator.close,
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
