import { createBrowser } from '@kinpass/simulator/browser';
import { signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { type Answer, type SmallClient, startSmallClient } from './small-client.ts';

const identifier = { 'ap-device-identifier': `fingerprint ${Buffer.from('a-tv').toString('base64')}` };
const session = {
  mvpd: 'Cablevision',
  domainName: 'testadobe.com',
  redirectUrl: 'https://www.testadobe.com/signed-in',
};

const start = (t: TestWorld, changes: { headers?: Record<string, string>; charset?: string } = {}) =>
  startSmallClient({
    base: t.origin,
    softwareStatement: t.device('tv').app.softwareStatement,
    headers: identifier,
    ...changes,
  });

/** Creates a session and logs Ana in at the URL that the client makes of it. */
const logIn = async (t: TestWorld, client: SmallClient): Promise<Answer> => {
  const answer = await client.postForm('/api/v2/REF30/sessions', session);
  const [subscription] = t.user('ana').subscriptions.filter(({ mvpd }) => mvpd === session.mvpd);
  if (!subscription) throw new Error('Ana has no subscription');
  await signInAtMvpd(
    createBrowser({ address: '127.0.0.1' }),
    `${t.origin}${answer.body['url']}`,
    subscription,
  );
  return answer;
};

const mvpdsOf = ({ body }: Answer): string[] => Object.keys((body['profiles'] ?? {}) as object);

test('a client that opens its base URL and the url of the session', async () => {
  await using t = await startGateway();
  const client = await start(t);
  const { body } = await logIn(t, client);
  expect(body['url']).toMatch(/^\/api\/v2\/authenticate\/REF30\//);
  expect(mvpdsOf(await client.get(`/api/v2/REF30/profiles/code/${body['code']}`))).toEqual(['Cablevision']);
});

test('a client that describes no device', async () => {
  await using t = await startGateway();
  const client = await start(t);
  await logIn(t, client);
  const answers = [
    await client.get('/api/v2/REF30/configuration'),
    await client.get('/api/v2/REF30/profiles'),
    await client.postJson('/api/v2/REF30/decisions/preauthorize/Cablevision', { resources: ['REF30'] }),
    await client.postJson('/api/v2/REF30/decisions/authorize/Cablevision', { resources: ['REF30'] }),
    await client.get(
      `/api/v2/REF30/logout/Cablevision?redirectUrl=${encodeURIComponent(session.redirectUrl)}`,
    ),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});

test.each([';charset=utf-8', '; charset=UTF-8', ' ; charset="utf-8"'])(
  'a client whose HTTP library adds %j to media types',
  async (charset) => {
    await using t = await startGateway();
    const client = await start(t, { charset });
    await logIn(t, client);
    const path = '/api/v2/REF30/decisions/authorize/Cablevision';
    expect(await client.postJson(path, { resources: ['REF30'] })).toMatchObject({
      status: 200,
      body: { decisions: [{ resource: 'REF30', authorized: true }] },
    });
  },
);

test('a client that polls profiles/{mvpd} from another session', async () => {
  await using t = await startGateway();
  const client = await start(t);
  const poll = () => client.get('/api/v2/REF30/profiles/Cablevision');
  expect(mvpdsOf(await poll())).toEqual([]);
  await logIn(t, client);
  await client.newSession();
  expect(mvpdsOf(await poll())).toEqual(['Cablevision']);
});
