import { defaultFixtures } from '@kinpass/simulator';
import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const [newest, older] = ['ref30-tv', 'ref30-web'].map(
  (app) => defaultFixtures.apps.find(({ id }) => id === app)?.softwareStatement ?? '',
);
const withStatements = (...softwareStatement: (string | undefined)[]) => ({
  apps: [
    {
      ...{ id: 'ref30-tv', name: 'REF30 for TV', family: 'ref', serviceProviders: ['REF30'] },
      softwareStatement: softwareStatement.filter((statement) => statement !== undefined),
    },
  ],
});

/** What Adobe is sent for the registrations of a device's app, in their order. */
const registrationsAt = async (t: TestWorld) =>
  reachedAdobe(await t.control.requests())
    .filter(({ operation }) => operation === 'dcr.register')
    .map(({ body }) => JSON.parse(String(body)));

/** An installation that has registered at the gateway; Adobe is told with its first call. */
const installed = async (t: TestWorld, json: Record<string, string | undefined>) => {
  const tv = t.device('tv', { id: JSON.stringify(json) });
  const { software_statement = '', ...others } = json;
  const answer = await request({
    method: 'POST',
    url: `${t.origin}/o/client/register`,
    json: { software_statement, ...others } as Record<string, string>,
  });
  const form = {
    client_id: String(answer.body['client_id']),
    client_secret: String(answer.body['client_secret']),
    grant_type: 'client_credentials',
  };
  const token = await request({ method: 'POST', url: `${t.origin}/o/client/token`, form });
  tv.use({ accessToken: String(token.body['access_token']), refreshToken: undefined, expiresIn: 0 });
  return { tv, answer };
};

test('each version of an app registers at Adobe with the statement that it registered with', async () => {
  await using t = await startGateway({ settings: withStatements(newest, older) });
  for (const software_statement of [older, newest]) {
    const { tv } = await installed(t, { software_statement });
    expect((await tv.profiles()).status).toBe(200);
  }
  const statements = (await registrationsAt(t)).map(({ software_statement }) => software_statement);
  expect(statements).toEqual([older, newest]);
});

test('an app that signs viewers in registers with the newest statement', async () => {
  await using t = await startGateway({ settings: withStatements(newest, older) });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  expect(await registrationsAt(t)).toEqual([{ software_statement: newest }]);
});

test('a version whose statement is withdrawn registers no more; its installations use the newest', async () => {
  await using t = await startGateway({ settings: withStatements(newest, older) });
  const { tv } = await installed(t, { software_statement: older });
  await t.reconfigure(withStatements(newest));
  const json = { software_statement: older ?? '' };
  const refused = await request({ method: 'POST', url: `${t.origin}/o/client/register`, json });
  expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_software_statement']);
  expect((await tv.profiles()).status).toBe(200);
  expect(await registrationsAt(t)).toEqual([{ software_statement: newest }]);
});

test('the redirect URI of a registration reaches Adobe', async () => {
  await using t = await startGateway();
  const redirect = { redirect_uri: 'adobepass://com.programmer' };
  const { tv, answer } = await installed(t, { software_statement: newest, ...redirect });
  expect(answer.body['redirect_uris']).toEqual([redirect.redirect_uri]);
  await tv.profiles();
  await (await installed(t, { software_statement: newest })).tv.profiles();
  expect(await registrationsAt(t)).toEqual([
    { software_statement: newest, ...redirect },
    { software_statement: newest },
  ]);
});

test('a redirect URI that is none is refused', async () => {
  await using t = await startGateway();
  const json = { software_statement: newest ?? '', redirect_uri: 'nowhere' };
  const { status, body } = await request({ method: 'POST', url: `${t.origin}/o/client/register`, json });
  expect([status, body['error']]).toEqual([400, 'invalid_redirect_uri']);
});
