import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures, type Fixtures } from '@kinpass/simulator';
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRuleFile } from '../support/rule-file.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Children watch along at Ana's. */
const fixtures: Fixtures = {
  ...defaultFixtures,
  users: defaultFixtures.users.map((user) => ({
    ...user,
    subscriptions: user.subscriptions.map((one) => ({ ...one, maxTvRating: 'tv-pg', maxMovieRating: 'pg' })),
  })),
};

const rulesOf = createRuleFile();

const server = { id: 'origin-1', token: 'o'.repeat(40) };

let folder: string;
let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinpass-resources-'));
  t = await startGateway({ fixtures, settings: { adobe: { throttle: { perSecond: 1_000, burst: 1_000 } } } });
  await request({
    method: 'PUT',
    url: `${t.simulator.origins.adobe}/_control/switches`,
    json: { throttle: 'off', maxResources: 5 },
  });
  await writeFile(join(folder, 'adobe.pem'), await t.simulator.control.mediaTokenKey());
  await use();
  tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  await t.logInAtMvpd(tv, 'ana', 'AdobeShibboleth');
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => t.simulator.control.clearRequests());

/** From now on. */
const use = (more: object = {}) =>
  t.reconfigure({
    mediaTokens: { keys: [join(folder, 'adobe.pem')], enforce: true, servers: [server] },
    resources: {
      mvpds: [
        { id: 'Cablevision', format: 'mrss', channels: [{ channel: 'flagship', title: 'REF30' }] },
        { id: 'AdobeShibboleth', channels: [{ channel: 'flagship', title: 'news' }] },
      ],
    },
    ...more,
  });

const pilot = {
  channel: 'flagship',
  id: 'ep-1',
  title: 'Tom & "Jerry" <pilot>',
  rating: { scheme: 'urn:v-chip', value: 'TV-Y7' },
} as const;
const pilotInMrss =
  '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>REF30</title><item><title>Tom &amp; "Jerry" &lt;pilot&gt;</title><guid>ep-1</guid><media:rating scheme="urn:v-chip">TV-Y7</media:rating></item></channel></rss>';

type Order = Readonly<Record<string, unknown>>;

const decide = async (order: Order, headers: Record<string, string> = {}) =>
  tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    headers,
    json: { mvpd: 'Cablevision', ...order } as Record<string, string>,
  });

const play = (resource: unknown, more: Order = {}) =>
  decide({ purpose: 'play', resources: [resource], ...more });

const decisionsIn = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  body['decisions'] as Record<string, unknown>[];

/** What Adobe was asked, call by call. */
const asked = (): unknown[] =>
  t.simulator.control
    .requests()
    .filter(({ operation }) => operation.startsWith('decisions.'))
    .map(({ body }) => (JSON.parse(body ?? '{}') as { resources: unknown }).resources);

/** What the MVPD was asked by Adobe. */
const askedOfMvpd = (): string =>
  t.simulator.control
    .requests()
    .filter(({ party }) => party === 'mvpd')
    .map(({ body }) => body)
    .join();

const verify = async (token: unknown, resource: unknown) =>
  (
    await request({
      method: 'POST',
      url: `${t.origin}/v1/media-tokens/verify`,
      headers: { authorization: `Bearer ${server.token}` },
      json: { token, serviceProvider: 'REF30', resource } as Record<string, string>,
    })
  ).body;

const tokenIn = (decision: Record<string, unknown> | undefined): unknown =>
  (decision?.['mediaToken'] as { serializedToken?: string } | undefined)?.serializedToken;

const permitOf = async (resource: unknown) => {
  const [decision] = decisionsIn(await play(resource));
  return decision?.['mediaToken'] as { serializedToken: string; resource?: string };
};

describe('an item named by its parts', () => {
  test('is asked of an MVPD as MRSS, and answered by the name that it had', async () => {
    const answer = await play(pilot);
    expect(decisionsIn(answer)).toMatchObject([
      { resource: pilot, decision: 'permit', mediaToken: { resource: pilotInMrss } },
    ]);
    expect(asked()).toEqual([[pilotInMrss]]);
    for (const part of ['>ep-1<', '>REF30<', '>Tom &amp; "Jerry" &lt;pilot&gt;<', '>TV-Y7<'])
      expect(askedOfMvpd()).toContain(part);
  });

  test('is asked of another MVPD by the title that it has for the channel', async () => {
    const [decision] = decisionsIn(await play(pilot, { mvpd: 'AdobeShibboleth' }));
    expect(decision).toMatchObject({
      resource: pilot,
      decision: 'permit',
      mediaToken: { resource: 'news' },
    });
    expect(asked()).toEqual([['news']]);
  });

  test('is held to the parental controls of the household', async () => {
    const rated = { ...pilot, rating: { scheme: 'urn:mpaa', value: 'R' } };
    expect(decisionsIn(await play(rated))).toMatchObject([
      {
        resource: rated,
        decision: 'deny',
        error: { code: 'authorization_denied_by_parental_controls' },
        next: { step: 'parental' },
      },
    ]);
  });
});

describe('a media server', () => {
  test('verifies the token by the parts, or by what Adobe was asked', async () => {
    const byParts = await permitOf(pilot);
    expect(await verify(byParts.serializedToken, { ...pilot, id: 'ep-2' })).toMatchObject({
      status: 'INVALID_RESOURCE_ID',
    });
    expect(await verify(byParts.serializedToken, byParts.resource)).toMatchObject({
      status: 'VALID_TOKEN',
      token: { resource: pilotInMrss, mvpd: 'Cablevision' },
    });
    const another = await permitOf({ ...pilot, id: 'ep-3' });
    expect(await verify(another.serializedToken, { ...pilot, id: 'ep-3' })).toMatchObject({
      status: 'VALID_TOKEN',
    });
  });

  test('is told by name what is wrong with the parts', async () => {
    expect(await verify('token', { channel: 7 })).toMatchObject({ status: 400, field: 'resource.channel' });
  });
});

const odd = [
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<rss  version=\'2.0\' xmlns:media="http://search.yahoo.com/mrss/">',
  '\t<channel><title><![CDATA[REF30]]></title><item><guid>ep-7</guid><title><![CDATA[A & B ]]]]><![CDATA[> C]]></title>',
  '<media:rating scheme="urn:mpaa">pg</media:rating></item></channel>\n</rss>\n',
].join('');

describe('a document that the app wrote', () => {
  test('goes to Adobe as it is, and comes back in the decision and in its media token', async () => {
    const [decision] = decisionsIn(await play(odd));
    expect(decision).toMatchObject({ resource: odd, decision: 'permit' });
    expect(decision?.['mediaToken']).not.toHaveProperty('resource');
    expect(asked()).toEqual([[odd]]);
    expect(await verify(tokenIn(decision), odd)).toMatchObject({
      status: 'VALID_TOKEN',
      token: { resource: odd },
    });
  });

  test('goes to Adobe as it is on REST V2, whatever is wrong with it', async () => {
    for (const resource of [odd, '<rss>', 'A & "B" ]]>']) await tv.authorize('Cablevision', [resource]);
    expect(asked()).toEqual([[odd], ['<rss>'], ['A & "B" ]]>']]);
  });
});

test('a page of the program guide may name its resources in every form', async () => {
  const channel = { channel: 'flagship' };
  const resources = ['news', pilot, channel, odd, { channel: 'sports' }, channel];
  const answer = await decide({ purpose: 'browse', resources });
  const decisions = decisionsIn(answer);
  expect(decisions.map(({ resource }) => resource)).toEqual(resources);
  expect(decisions.map(({ decision }) => decision)).toEqual([
    'permit',
    'permit',
    'permit',
    'permit',
    'deny',
    'permit',
  ]);
  expect(new Set(asked().flat()).size).toBe(asked().flat().length);
});

test.for([
  [{ purpose: 'play', resources: ['<rss>'] }, 'resources.0'],
  [
    { purpose: 'browse', resources: ['news', { channel: 'news', rating: { scheme: 'x', value: 'pg' } }] },
    'resources.1.rating.scheme',
  ],
] as const)('nothing is asked for %j: the answer names the field', async ([order, field]) => {
  const { status, body } = await decide(order);
  expect([status, body['field'], String(body['type'])]).toEqual([
    400,
    field,
    expect.stringContaining('invalid_parameter_resources'),
  ]);
  expect(asked()).toEqual([]);
});

describe('a rule of the programmer about', () => {
  beforeAll(() => use({ decisions: { rules: rulesOf({ resources: ['blackout-*', 'closed'] }) } }));
  afterAll(() => use());
  const denied = [{ decision: 'deny', error: { code: 'gateway_rule_blackout' } }];
  const closed = { channel: 'flagship', id: 'blackout-7' };

  test.for(['Cablevision', 'AdobeShibboleth'])('an item holds whatever %s is asked', async (mvpd) => {
    expect(decisionsIn(await play(closed, { mvpd }))).toMatchObject(denied);
    expect(asked()).toEqual([]);
  });

  test('a channel holds by its id, whatever the MVPD calls it', async () => {
    const resources = [{ channel: 'sports' }, { channel: 'closed' }, closed];
    const order = { purpose: 'browse', mvpd: 'AdobeShibboleth', resources };
    expect(decisionsIn(await decide(order)).map(({ error }) => (error as { code: string }).code)).toEqual([
      'preauthorization_denied_by_mvpd',
      'gateway_rule_blackout',
      'gateway_rule_blackout',
    ]);
    expect(asked()).toEqual([['sports']]);
  });
});

describe('the ECID', () => {
  const sentVisitor = () =>
    t.simulator.control.requests().flatMap(({ headers }) => headers['ap-visitor-identifier'] ?? []);
  const ecid = '20265673158980419722735089753036633573';

  test.for([ecid, `"${ecid}"`])('%s is sent without quotation marks', async (value) => {
    expect(
      (await decide({ purpose: 'play', resources: ['news'] }, { 'ap-visitor-identifier': value })).status,
    ).toBe(200);
    expect(sentVisitor()).toEqual([ecid]);
  });

  test('is sent on REST V2 as it is', async () => {
    const headers = { 'ap-visitor-identifier': `"${ecid}"` };
    await tv.send('/api/v2/REF30/profiles/Cablevision', {
      headers: { ...headers, 'cache-control': 'no-cache' },
    });
    expect(sentVisitor()).toEqual([`"${ecid}"`]);
  });

  test.for([`"${ecid}`, '""', 'a b', `"a"b"`, 'ü', 'x'.repeat(256)])('%j is refused', async (value) => {
    const headers = { 'ap-visitor-identifier': value };
    const { status, body } = await decide({ purpose: 'play', resources: ['news'] }, headers);
    expect([status, body['field']]).toEqual([400, 'AP-Visitor-Identifier']);
    expect(asked()).toEqual([]);
  });
});
