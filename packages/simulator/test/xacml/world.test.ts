import { beforeEach, describe, expect, test } from 'vitest';
import { type Device, startWorld, type World } from '../world.ts';
import { seen } from './other-xml.ts';

let world: World;
let tv: Device;
beforeEach(async () => {
  world = await startWorld();
  tv = await world.device();
  return () => world[Symbol.asyncDispose]();
});

const signIn = async (mvpd: string, user: string) =>
  world.logIn(
    await tv.form('/api/v2/REF30/sessions', {
      mvpd,
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com/done',
    }),
    undefined,
    user,
  );
const decide = async (operation: 'preauthorize' | 'authorize', mvpd: string, resources: string[]) =>
  (await tv.json(`/api/v2/REF30/decisions/${operation}/${mvpd}`, { resources })).body['decisions'] as {
    resource: string;
    authorized: boolean;
    notBefore?: number;
    notAfter?: number;
    error?: { code: string; details?: string };
    token?: { serializedToken: string };
  }[];
const asked = async () => (await world.requests()).filter(({ operation }) => operation === 'authorization');

describe('each MVPD is queried over HTTP, in its own form', () => {
  test.each([
    { mvpd: 'Cablevision', user: 'ana', form: 'Envelope', granted: ['REF30'], hours: 24, preflights: 1 },
    { mvpd: 'Dish', user: 'ben', form: 'Request', granted: ['REF30', 'sports'], hours: 24, preflights: 3 },
    {
      mvpd: 'Spectrum',
      user: 'chloe',
      form: 'Request',
      granted: ['REF30', 'sports'],
      hours: 24,
      preflights: 1,
    },
    { mvpd: 'ValleyTel', user: 'ben', form: 'Envelope', granted: ['REF30'], hours: 1, preflights: 3 },
    {
      mvpd: 'AdobeShibboleth',
      user: 'ana',
      form: 'Envelope',
      granted: ['REF30'],
      hours: 24,
      preflights: 0,
    },
  ])('$mvpd', async ({ mvpd, user, form, granted, hours, preflights }) => {
    await signIn(mvpd, user);
    const resources = ['REF30', 'sports', 'nowhere'];
    const allowed = (decisions: Awaited<ReturnType<typeof decide>>) =>
      decisions.filter(({ authorized }) => authorized).map(({ resource }) => resource);

    expect(allowed(await decide('preauthorize', mvpd, resources))).toEqual(granted);
    expect(await asked()).toHaveLength(preflights);

    const before = (await asked()).length;
    const decisions = await decide('authorize', mvpd, resources);
    expect(allowed(decisions)).toEqual(granted);
    const now = world.clock.now();
    expect(decisions[0]).toMatchObject({ notBefore: now, notAfter: now + hours * 3_600_000 });

    const [first, ...others] = (await asked()).slice(before);
    expect(others).toHaveLength(2);
    expect(first).toMatchObject({
      party: 'mvpd',
      method: 'POST',
      path: `/${mvpd}/authorization`,
      status: 200,
    });
    expect(seen(first?.body ?? '')[0]).toMatch(new RegExp(`\\}${form}$`));
    expect(first?.body).toContain('>203.0.113.7<');
  });
});

test('a permit is cached until its end, for the requesting device; logout drops it', async () => {
  await signIn('Cablevision', 'ana');
  await decide('authorize', 'Cablevision', ['REF30']);
  await world.clock.advance(3_600_000);
  const [again] = await decide('authorize', 'Cablevision', ['REF30']);
  expect(await asked()).toHaveLength(1);
  expect(again).toMatchObject({ authorized: true, notAfter: world.clock.now() + 23 * 3_600_000 });

  await tv.get('/api/v2/REF30/logout/Cablevision?redirectUrl=https%3A%2F%2Fadobe.com%2Fdone');
  expect(await decide('authorize', 'Cablevision', ['REF30'])).toMatchObject([{ authorized: false }]);
  await signIn('Cablevision', 'ana');
  await decide('authorize', 'Cablevision', ['REF30']);
  expect(await asked()).toHaveLength(2);
});

test('ending the session at the MVPD ends the profile', async () => {
  await signIn('Cablevision', 'ana');
  await world.post('/_control/mvpds/sessions/end', { mvpd: 'Cablevision' });
  expect(await decide('authorize', 'Cablevision', ['REF30'])).toMatchObject([
    { error: { code: 'authorization_denied_by_session_invalidated' } },
  ]);
  expect(await decide('authorize', 'Cablevision', ['REF30'])).toMatchObject([
    { error: { code: 'authenticated_profile_invalidated' } },
  ]);
});

test('decisions of the MVPDs are listed, with a filter for logged ones', async () => {
  await signIn('Cablevision', 'ana');
  await decide('authorize', 'Cablevision', ['REF30', 'sports']);
  const list = async (query = '') => JSON.parse((await world.adobe(`/_control/authorizations${query}`)).text);
  // The two queries run at the same time, so that either may be logged first.
  const byResource = Object.fromEntries(
    (await list()).map((one: { resource: string }) => [one.resource, one]),
  );
  expect(byResource).toMatchObject({
    REF30: { mvpd: 'Cablevision', serviceProvider: 'REF30', decision: 'Permit', logged: true },
    sports: { decision: 'Deny', logged: false, code: 'authorization_denied_by_mvpd' },
  });
  expect(await list('?logged=true')).toHaveLength(1);
  expect(await list('?mvpd=Dish')).toEqual([]);
  await world.post('/_control/reset', {});
  expect(await list()).toEqual([]);
});

test('a media token can be verified for key, requestor and resource', async () => {
  await signIn('Cablevision', 'ana');
  const [decision] = await decide('authorize', 'Cablevision', ['REF30']);
  const serializedToken = decision?.token?.serializedToken;
  const verify = async (requestorId: string, resourceId: string) =>
    (await world.post('/_control/media-tokens/verification', { serializedToken, requestorId, resourceId }))
      .body;
  expect(await verify('REF30', 'REF30')).toMatchObject({
    status: 'VALID_TOKEN',
    token: { mvpdId: 'Cablevision', ttl: 420_000, sessionGuid: expect.stringMatching(/^[0-9a-f]{32}$/) },
  });
  expect(await verify('REF30', 'REF40')).toMatchObject({ status: 'INVALID_RESOURCE_ID' });
  expect(await verify('REF40', 'REF30')).toMatchObject({ status: 'INVALID_SIGNATURE' });
  await world.clock.advance(421_000);
  expect(await verify('REF30', 'REF30')).toMatchObject({ status: 'TOKEN_EXPIRED' });
});

test('MRSS is returned unchanged, in the decision and in its media token', async () => {
  const mrss =
    '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>REF30</title><item><title><![CDATA[A & B]]></title><guid>1</guid></item></channel></rss>';
  await signIn('Cablevision', 'ana');
  const [decision] = await decide('authorize', 'Cablevision', [mrss]);
  expect(decision).toMatchObject({ resource: mrss, authorized: true });
  const { body } = await world.post('/_control/media-tokens/verification', {
    serializedToken: decision?.token?.serializedToken,
    requestorId: 'REF30',
    resourceId: mrss,
  });
  expect(body).toMatchObject({ status: 'VALID_TOKEN', token: { resourceId: mrss } });
  const malformed = await tv.json('/api/v2/REF30/decisions/authorize/Cablevision', { resources: ['<rss>'] });
  expect(malformed).toMatchObject({ status: 400, body: { code: 'invalid_parameter_resources' } });
});

test.each([
  ['mvpds/answers', { mvpd: 'Cablevision', bend: 'missing-result', times: 1 }, 'network_received_error'],
  ['faults', { match: { party: 'mvpd' }, times: 1, fault: { kind: 'reset' } }, 'network_received_error'],
  [
    'faults',
    { match: { party: 'mvpd' }, times: 1, fault: { kind: 'status', status: 503 } },
    'network_received_error',
  ],
])('by order of %s %o the MVPD fails, once', async (path, order, code) => {
  await signIn('Cablevision', 'ana');
  await world.post(`/_control/${path}`, order);
  expect(await decide('authorize', 'Cablevision', ['REF30'])).toMatchObject([
    { authorized: false, error: { code, action: 'retry', status: 403 } },
  ]);
  expect(await decide('authorize', 'Cablevision', ['REF30'])).toMatchObject([{ authorized: true }]);
});
