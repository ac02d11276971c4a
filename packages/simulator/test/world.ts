import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { parse } from 'node-html-parser';
import type { JsonObject } from '#src/lib/json';
import type { SimulatorOptions } from '#src/options';
import type { RecordedRequest } from '#src/recording';
import { startSimulator } from '#src/simulator';
import { createManualClock, type ManualClock } from './support/manual-clock.ts';

export const anyPorts = { adobe: 0, mvpd: 0, dtc: 0, google: 0, facebook: 0, apple: 0 };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

export const redirectUrl = 'https://adobe.com/done';
export const completeForm = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl };

const replyOf = async (response: Response): Promise<Reply> => {
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} };
};

export const send = async (url: string, init: RequestInit = {}): Promise<Reply> =>
  replyOf(await fetch(url, { redirect: 'manual', ...init }));

/** A browser: keeps cookies, follows nothing by itself. All parties share `localhost`, as all cookies do. */
export const createBrowser = () => {
  const cookies = new Map<string, string>();
  const go = async (url: string, init: RequestInit = {}): Promise<Reply> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await send(url, { ...init, headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return reply;
  };
  return { go, cookies };
};

export type Browser = ReturnType<typeof createBrowser>;

const locationOf = ({ headers }: Reply): string => headers.get('location') ?? '';

const formIn = ({ text }: Reply) => {
  const form = parse(text).querySelector('form');
  const inputs = form?.querySelectorAll('input[type=hidden]') ?? [];
  const fields = inputs.map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
  return { action: form?.getAttribute('action') ?? '', fields: Object.fromEntries(fields) };
};

/** Follows the redirect, or posts the form of a page that would do so by itself. */
export const goOn = (browser: Browser, reply: Reply): Promise<Reply> => {
  if (reply.status !== 200) return browser.go(locationOf(reply));
  const { action, fields } = formIn(reply);
  return browser.go(action, { method: 'POST', body: new URLSearchParams(fields) });
};

/** Types a subscriber's name into the MVPD's login page, if `shown` is one; answers what sends the browser back. */
export const fillIn = async (
  { browser, origin }: { browser: Browser; origin: string },
  shown: Reply,
  user = 'ana',
  password = `${user}-tv`,
): Promise<Reply> => {
  const { action, fields } = formIn(shown);
  if (!action.startsWith('/')) return shown;
  const mvpd = action.split('/')[1] ?? '';
  const username = `${user}@${mvpd.toLowerCase()}.example`;
  const body = new URLSearchParams({ ...fields, username, password });
  return browser.go(origin + action, { method: 'POST', body });
};

export interface Device {
  readonly bearer: string;
  readonly headers: Record<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  form(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Reply>;
  json(path: string, body: object, headers?: Record<string, string>): Promise<Reply>;
}

export const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

export const deviceInfo = base64({
  primaryHardwareType: 'SetTopBox',
  model: 'TV 5th Gen',
  version: '5.1',
  osName: 'tvOS',
  osVersion: '11.0',
  connectionType: 'WiFi',
  connectionIp: '203.0.113.7',
  connectionPort: '53124',
});

const keyPair = generateKeyPair('RS256', { extractable: true });

/** A simulator on free ports with a clock that stands still, no throttle, and a programmer's key known to Adobe. */
export const startWorld = async (options: SimulatorOptions = {}) => {
  const clock: ManualClock = createManualClock();
  const simulator = await startSimulator({ ports: anyPorts, clock, throttle: null, ...options });
  const { origins, fixtures } = simulator;
  const programmer = await keyPair;
  simulator.trustServiceTokenKey({ ...(await exportJWK(programmer.publicKey)) } as JsonObject);

  const adobe = (path: string, init?: RequestInit) => send(origins.adobe + path, init);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    adobe(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const postForm = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    adobe(path, { method: 'POST', headers, body: new URLSearchParams(form) });
  const statementOf = (app: string) => fixtures.apps.find(({ id }) => id === app)?.softwareStatement ?? '';

  const register = async (app: string) =>
    (await post('/o/client/register', { software_statement: statementOf(app) })).body;
  const bearerOf = async ({ client_id, client_secret }: JsonObject): Promise<string> => {
    const form = { client_id: String(client_id), client_secret: String(client_secret) };
    const { body } = await postForm('/o/client/token', { ...form, grant_type: 'client_credentials' });
    return String(body['access_token']);
  };

  /** An app on a device, with credentials of its own. */
  const device = async (app = 'ref30-tv', id = app): Promise<Device> => {
    const bearer = await bearerOf(await register(app));
    const headers = {
      authorization: `Bearer ${bearer}`,
      'ap-device-identifier': `fingerprint ${Buffer.from(id).toString('base64')}`,
      'x-device-info': deviceInfo,
    };
    return {
      bearer,
      headers,
      get: (path, more) => adobe(path, { headers: { ...headers, ...more } }),
      form: (path, form, more) => postForm(path, form, { ...headers, ...more }),
      json: (path, body, more) => post(path, body, { ...headers, ...more }),
    };
  };

  /** Signs `user` in for the code that `created` answered; resolves to the last hop, the one to redirectUrl. */
  const logIn = async (created: Reply, browser = createBrowser(), user = 'ana'): Promise<Reply> => {
    const away = await browser.go(origins.adobe + String(created.body['url']));
    const shown = await goOn(browser, away);
    return goOn(browser, await fillIn({ browser, origin: origins.mvpd }, shown, user));
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
    ...{ simulator, origins, fixtures, clock, adobe, post, postForm, statementOf, register, bearerOf },
    ...{ device, logIn, serviceToken, requests, programmer },
    [Symbol.asyncDispose]: simulator.close,
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
