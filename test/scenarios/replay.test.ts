import { readFileSync } from 'node:fs';
import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ScriptedAdobe, session, startScriptedAdobe } from '../adobe-pass/scripted-adobe.ts';
import { headerNames } from '../adobe-pass/sent-headers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const text = z.record(z.string(), z.string());
const sampleShape = z.object({
  id: z.string(),
  operation: z.string(),
  request: z
    .object({
      method: z.enum(['GET', 'POST']),
      path: z.string(),
      query: text.default({}),
      headers: text,
      body: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).nullish(),
    body: z.unknown(),
  }),
});
type Sample = z.output<typeof sampleShape>;
type Sent = NonNullable<Sample['request']>;

/** An MVPD in place of the one that the pages leave open, and a SAML response without the rest that they leave out. */
const file = readFileSync(new URL('../fixtures/adobe-samples/samples.json', import.meta.url), 'utf8');
const samples = z
  .array(sampleShape)
  .parse(
    JSON.parse(file.replaceAll(`\${degradedMvpd}`, 'ATTOTT').replace(/("SAMLResponse=[^".]*)\.\.\./, '$1')),
  );
const sampleOf = (id: string): Sample => {
  const found = samples.find((sample) => sample.id === id);
  if (!found) throw new Error(`there is no sample ${id}`);
  return found;
};

let t: TestWorld;
let adobe: ScriptedAdobe;
let app: Device;

/** The app that the samples are of, with a client token. */
beforeAll(async () => {
  adobe = await startScriptedAdobe();
  t = await startGateway();
  const [first] = t.settings['apps'] as object[];
  await t.reconfigure({
    adobe: { origin: adobe.origin, throttle: { perSecond: 1000, burst: 1000 } },
    apps: [{ ...first, serviceProviders: ['REF30', 'apasstest1'] }] as never,
  });
  app = t.device('tv');
  await app.register();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await adobe[Symbol.asyncDispose]();
});

/** Sends a request as it stands on the page, from the app's own address. */
const send = async (sent: Sent | null | undefined): Promise<ApiAnswer> => {
  if (!sent) throw new Error('the sample has no request');
  const { method, path, query, headers, body } = sent;
  const bearer = `Bearer ${app.tokens?.accessToken}`;
  const search = new URLSearchParams(query).toString();
  return request({
    method,
    url: `${t.origin}${path}${search && `?${search}`}`,
    headers: {
      ...lowerCase(headers),
      'x-forwarded-for': app.address,
      ...(headers['Authorization'] && { authorization: bearer }),
    },
    ...(body && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
};

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Creates the session whose code is in the path, if there is one: a device has one code at a time. */
const createSession = async ({ path }: Sent): Promise<void> => {
  const [code] = /8BLW4RW|XTC98W/.exec(path) ?? [];
  if (code === undefined) return;
  const notAfter = String(Date.now() + 1_800_000);
  adobe.at('/api/v2/', { body: { ...session, code, notAfter } });
  await send(sampleOf('sessions.create.1').request);
};

/** Adobe answers with the sample whatever it is asked. */
const script = ({ response: { status, headers, body } }: Sample): void => {
  const { 'content-length': _, 'set-cookie': __, ...others } = headers ?? {};
  adobe.at('/api/v2/', { status, headers: others as Record<string, string>, body });
};

/** Two samples have a path with its segments in another order than the reference. */
const referencePath = (path: string): string =>
  path.replace(/\/$/, '').replace(/^\/api\/v2\/(sessions|logout)\/(REF30)\//, '/api/v2/$2/$1/');

const isForwarded = ({ request: sent, operation }: Sample): boolean =>
  sent?.path.startsWith('/api/v2/') === true && operation !== 'authenticate';

describe.each(samples.filter(isForwarded))('$id', (sample) => {
  const { request: sent, response } = sample;
  if (!sent) return;

  test('reaches Adobe as it was sent, and the app as Adobe answers', async () => {
    await createSession(sent);
    script(sample);
    const before = adobe.heard.length;
    const answer = await send(sent);
    const heard = adobe.heard.slice(before).filter(({ path }) => path.startsWith('/api/v2/'));

    expect(heard).toHaveLength(1);
    const search = new URLSearchParams(sent.query).toString();
    expect(heard[0]).toMatchObject({
      method: sent.method,
      path: `${referencePath(sent.path)}${search && `?${search}`}`,
      body: typeof sent.body === 'string' ? sent.body : sent.body ? JSON.stringify(sent.body) : '',
    });
    // The gateway has a bearer of its own at Adobe, and the service tokens of apps need a setting.
    const { authorization: _, 'ad-service-token': __, ...own } = lowerCase(sent.headers);
    expect(heard[0]?.headers).toMatchObject({
      ...own,
      authorization: 'Bearer token-1',
      'x-forwarded-for': app.address,
    });
    expect(headerNames(heard[0])).toEqual([...Object.keys(own), 'authorization', 'x-forwarded-for'].sort());

    expect(answer.status).toBe(response.status);
    expect(answer.headers['content-type']).toBe('application/json;charset=UTF-8');
    expect(answer.body).toEqual(withAbsoluteLogouts(response.body));
  });
});

/** The gateway resolves relative URLs of logouts against Adobe (`adobe.logoutUrl`). */
const withAbsoluteLogouts = (body: unknown): unknown => {
  const { data } = z.looseObject({ logouts: z.record(z.string(), z.looseObject({})) }).safeParse(body);
  if (!data) return body;
  const logouts = Object.entries(data.logouts).map(([mvpd, entry]) => {
    const { url } = entry;
    return [mvpd, typeof url === 'string' ? { ...entry, url: new URL(url, adobe.origin).href } : entry];
  });
  return { ...data, logouts: Object.fromEntries(logouts) };
};

test.each(samples.filter(({ operation }) => operation === 'authenticate'))(
  '$id: the browser is sent to Adobe with the same path',
  async ({ request: sent, response }) => {
    const { status, headers } = await send(sent);
    expect(status).toBe(response.status);
    expect(headers.location).toBe(`${adobe.origin}${sent?.path}`);
  },
);

describe('client registration is answered by the gateway in the form of the samples', () => {
  const keysOf = (body: unknown) => Object.keys(body as object).sort();
  const statement = () => app.app.softwareStatement;

  test('dcr.register.1.success', async () => {
    const { request: sent, response } = sampleOf('dcr.register.1.success');
    if (!sent) throw new Error('the sample has no request');
    const body = { ...(sent.body as object), software_statement: statement() };
    const answer = await send({ ...sent, body });
    expect([answer.status, keysOf(answer.body)]).toEqual([response.status, keysOf(response.body)]);
    const form = `client_id=${answer.body['client_id']}&client_secret=${answer.body['client_secret']}&grant_type=client_credentials`;
    const token = sampleOf('dcr.token.1.success');
    const issued = await send(token.request && { ...token.request, body: form });
    expect([issued.status, keysOf(issued.body)]).toEqual([201, keysOf(token.response.body)]);
  });

  test('dcr.register.1.error', async () => {
    const { request: sent, response } = sampleOf('dcr.register.1.error');
    const { status, body } = await send(sent && { ...sent, body: { redirect_uri: 'app://x' } });
    expect([status, { error: body['error'] }]).toEqual([response.status, response.body]);
  });
});

test.each([
  ['errors.top-level', 'profiles.all.1'],
  ['errors.item-level', 'decisions.authorize.1'],
])('%s passes', async (id, asked) => {
  const sample = sampleOf(id);
  script(sample);
  const answer = await send(sampleOf(asked).request);
  expect([answer.status, answer.body]).toEqual([sample.response.status, sample.response.body]);
});

test('throttle.429 is told in the shape of REST V2, with Retry-After', async () => {
  script(sampleOf('throttle.429'));
  const answer = await send(sampleOf('profiles.all.1').request);
  expect(answer).toMatchObject({ status: 429, body: { code: 'gateway_throttled', action: 'retry' } });
  expect(answer.headers['retry-after']).toBe('1');
});

test.each(samples.filter(({ operation }) => operation.startsWith('ssoservice.')))(
  '$id: the SSO Service is not REST V2, and not here',
  async ({ request: sent }) => {
    const before = adobe.heard.length;
    const path = sent?.path.replace('{serviceProvider}', 'REF30') ?? '';
    expect((await send(sent && { ...sent, path })).status).toBe(404);
    expect(adobe.heard).toHaveLength(before);
  },
);

test('no sample is left out', () => {
  const others = samples.filter((sample) => !isForwarded(sample)).map(({ id }) => id);
  const own = ['authenticate.1', 'dcr.register.1.success', 'dcr.register.1.error', 'dcr.token.1.success'];
  const answers = ['errors.top-level', 'errors.item-level', 'throttle.429'];
  expect(others.filter((id) => !id.startsWith('ssoservice.')).sort()).toEqual([...own, ...answers].sort());
  expect(samples).toHaveLength(57);
});
