import { request } from '@kinpass/simulator/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import type { Json, JsonObject } from '#src/lib/json';
import { startGateway, type TestWorld } from '../../support/start-gateway.ts';
import { examine } from './examine.ts';

let t: TestWorld;
const tell = (method: 'POST' | 'PUT', path: string, json: JsonObject) =>
  request({ method, url: `${t.simulator.origins.adobe}/_control/${path}`, json });

beforeAll(async () => {
  t = await startGateway({ settings: { trustedProxies: [] } });
});
afterEach(async () => {
  await t.control.reset();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What Adobe answers at a path from now on. */
const answerAt = (path: string, answer: { status: number; body: Json }) =>
  t.control.fault({ match: { path }, fault: { kind: 'status', ...answer } });

type App = ConfigInput['apps'][number];

/** The world's settings with the app `ref30-tv` alone, changed. */
const withApp = (changes: Partial<App> = {}) => {
  const [app] = t.settings['apps'] as [App];
  return { settings: { ...t.settings, apps: [{ ...app, ...changes }] } };
};

const [statement, credentials, token, configuration, redirectUrls, gatewayHost] = [
  'statement',
  'credentials',
  'token',
  'configuration.REF30',
  'redirect-urls',
  'gateway-host',
].map((name) => `adobe.ref30-tv.${name}`) as [string, string, string, string, string, string];

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;

/** The only check that failed or warned, and what it said. */
const theFault = async (world: Parameters<typeof examine>[0]) => {
  const seen = await examine(world);
  const found = [...seen.failed, ...seen.warned];
  expect(found).toHaveLength(1);
  return seen.of(found[0] ?? '');
};

test('the doctor registers once for each app, and leaves viewers alone', async () => {
  await t.control.clearRequests();
  expect((await examine(withApp({ redirectDomains: ['testadobe.com'] }))).failed).toEqual([]);
  const requests = await t.control.requests();
  const calls = requests.filter(({ path }) => /^\/(api|o)\//.test(path));
  expect(calls.map(({ path }) => path)).toEqual([
    '/o/client/register',
    '/o/client/token',
    '/api/v2/REF30/configuration',
  ]);
  expect(calls.map(({ headers }) => headers['x-forwarded-for'])).toEqual(Array(3).fill('192.0.2.1'));
  expect(calls.map(({ serviceToken }) => serviceToken)).toEqual([null, null, null]);
});

describe('the software statement', () => {
  test.each([
    ['a placeholder', 'paste-the-statement-here'],
    ['one that was cut off', jwt({}).split('.', 2).join('.')],
    ['one with a broken part', `${part({})}.%%%.x`],
  ])('%s fails before Adobe is asked', async (_name, softwareStatement) => {
    expect(await theFault(withApp({ softwareStatement }))).toMatchObject({
      id: statement,
      cure: expect.stringContaining('apps.ref30-tv.softwareStatement'),
    });
  });

  test('one that has expired fails, and tells who issued it', async () => {
    const softwareStatement = jwt({ iss: 'auth.adobe.com', iat: 1_500_000_000, exp: 1_600_000_000 });
    expect(await theFault(withApp({ softwareStatement }))).toMatchObject({
      id: statement,
      summary: 'It has expired.',
      facts: { issuer: 'auth.adobe.com', issuedAt: '2017-07-14', expires: '2020-09-13' },
    });
  });

  test.each([
    [
      'of another environment',
      { iss: 'auth-staging.adobe.com', scope: 'api:client:v2' },
      'another environment',
    ],
    ['of REST API V1', { scope: 'api:client:v1' }, 'may not use REST API V2'],
  ])('one %s is refused by Adobe', async (_name, claims, summary) => {
    expect(await theFault(withApp({ softwareStatement: jwt(claims) }))).toMatchObject({
      id: credentials,
      summary: expect.stringContaining(summary),
    });
  });

  test.each([
    ['revoked', 'was revoked'],
    ['unapproved', 'may not use REST API V2'],
  ])('one that was %s at Adobe is refused', async (softwareStatement, summary) => {
    await tell('POST', 'apps', { app: 'ref30-tv', softwareStatement });
    expect(await theFault(withApp())).toMatchObject({
      id: credentials,
      summary: expect.stringContaining(summary),
    });
  });
});

describe('Adobe', () => {
  test('that gives no access token is told apart', async () => {
    await answerAt('/o/client/token', { status: 400, body: { error: 'unauthorized_client' } });
    expect(await theFault(withApp())).toMatchObject({
      id: token,
      facts: { adobeError: 'unauthorized_client' },
    });
  });

  test.each([
    ['is down', { status: 503, body: 'down' }, 'did not answer'],
    ['throttles', { status: 429, body: '<html>' }, 'throttles'],
    ['is replaced by a firewall’s page', { status: 403, body: '<html>' }, 'firewall'],
  ])('that %s', async (_name, answer, summary) => {
    await answerAt('/o/client/register', answer);
    expect(await theFault(withApp())).toMatchObject({
      id: credentials,
      summary: expect.stringContaining(summary),
    });
  });
});

test('Adobe that never answers is bounded in time, and told', async () => {
  await t.control.fault({ match: { path: '/o/client/register' }, fault: { kind: 'hang' } });
  const { settings } = withApp();
  const adobe = { ...(t.settings['adobe'] as object), timeout: '500ms' };
  expect(await theFault({ settings: { ...settings, adobe } })).toMatchObject({
    id: credentials,
    summary: 'Adobe did not answer.',
    facts: { error: 'gateway_adobe_timeout' },
  });
});

describe('the configuration', () => {
  test('of a service provider that the statement is not for is refused', async () => {
    expect(await theFault(withApp({ serviceProviders: ['REF30', 'REF40'] }))).toMatchObject({
      id: 'adobe.ref30-tv.configuration.REF40',
      summary: 'The software statement is not for this service provider.',
    });
  });

  test('of an unknown service provider is refused', async () => {
    expect(await theFault(withApp({ serviceProviders: ['ref30'] }))).toMatchObject({
      id: 'adobe.ref30-tv.configuration.ref30',
      summary: 'Adobe does not know this service provider.',
    });
  });

  test('without MVPDs is a warning; in the shape of the table it is read as well', async () => {
    await tell('PUT', 'switches', { configurationShape: 'table' });
    expect((await examine(withApp())).of(configuration).facts).toEqual({ mvpds: 7 });
    await answerAt('/api/v2/REF30/configuration', {
      status: 200,
      body: { requestor: { id: 'REF30', mvpds: [] } },
    });
    expect(await theFault(withApp())).toMatchObject({ id: configuration, verdict: 'warning' });
  });
});

describe('the host of the gateway', () => {
  const tells = (domains: string[]) =>
    answerAt('/api/v2/REF30/configuration', {
      status: 200,
      body: { requestor: { id: 'REF30', mvpds: [{ id: 'Cablevision' }], domains } },
    });

  test('on a registered domain is ok', async () => {
    expect((await examine(withApp())).of(gatewayHost)).toMatchObject({
      verdict: 'ok',
      facts: { host: 'localhost' },
    });
  });

  test('on none is a warning that names the service provider', async () => {
    await tells(['adobe.com']);
    expect(await theFault(withApp())).toMatchObject({
      id: gatewayHost,
      verdict: 'warning',
      summary: 'localhost is not on a registered domain of REF30.',
    });
  });

  test('is not judged where Adobe tells no domains', async () => {
    await tells([]);
    expect((await examine(withApp())).of(gatewayHost).verdict).toBe('skipped');
  });
});

describe('the redirect URLs', () => {
  const verdictOf = async (changes: Partial<App>) => {
    const { verdict, summary } = (await examine(withApp(changes))).of(redirectUrls);
    return `${verdict}: ${summary}`;
  };

  test('on a domain that Adobe has not registered are the only failure', async () => {
    const redirectDomains = ['www.testadobe.com', 'tv.example.com'];
    expect(await theFault(withApp({ redirectDomains }))).toMatchObject({
      id: redirectUrls,
      summary: 'Adobe has not registered tv.example.com.',
      facts: { registeredDomains: expect.arrayContaining(['testadobe.com']) },
    });
  });

  test('are ok on registered domains and their subdomains', async () => {
    expect(await verdictOf({ redirectDomains: ['testadobe.com', 'a.b.adobe.io'] })).toMatch(/^ok/);
  });

  test('of sign-in elsewhere are a warning, as nothing tells where redirectUrl leads', async () => {
    expect(await verdictOf({ redirectUris: ['https://tv.example.com/cb', 'com.example.tv:/cb'] })).toMatch(
      /^warning: Sign-in returns to tv\.example\.com/,
    );
    expect(await verdictOf({})).toMatch(/^skipped/);
  });

  test('with custom schemes alone are not judged', async () => {
    expect(await verdictOf({ redirectSchemes: ['com.example.tv'] })).toBe(
      'skipped: Adobe tells nothing of custom schemes.',
    );
  });

  test('are not judged where Adobe tells no domains', async () => {
    const body = { requestor: { id: 'REF30', mvpds: [{ id: 'Cablevision' }] } };
    await answerAt('/api/v2/REF30/configuration', { status: 200, body });
    expect(await verdictOf({ redirectDomains: ['tv.example.com'] })).toBe(
      'skipped: Adobe tells no domains in the configuration.',
    );
  });
});
