import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registrationError } from './answers.ts';
import { type Adobe, startAdobe } from './client.ts';

let world: Adobe;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.post('/_control/reset', {}));

const register = (body: object, headers = {}) => world.post('/o/client/register', body, headers);
const statement = () => ({ software_statement: world.statementOf('ref30-tv') });
const stand = (softwareStatement: string) => world.control('/apps', { app: 'ref30-tv', softwareStatement });
const readable = (payload: object) =>
  ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), 'c2ln'].join('.');

describe('register: 400', () => {
  test.each([
    ['without a statement', 'invalid_request', async () => register({})],
    [
      'with device info that is none',
      'invalid_request',
      () => register(statement(), { 'x-device-info': '?' }),
    ],
    ['as a form', 'invalid_request', () => world.postForm('/o/client/register', statement())],
    ['unknown statement', 'invalid_software_statement', () => register({ software_statement: 'x.y.z' })],
    [
      'statement of another scope',
      'unapproved_software_statement',
      () => register({ software_statement: readable({ scope: 'api:client:v1' }) }),
    ],
    [
      'redirect URI that is none',
      'invalid_redirect_uri',
      () => register({ ...statement(), redirect_uri: 'nowhere' }),
    ],
    [
      'revoked statement',
      'invalid_software_statement',
      async () => {
        await stand('revoked');
        return register(statement());
      },
    ],
    [
      'unapproved application',
      'unapproved_software_statement',
      async () => {
        await stand('unapproved');
        return register(statement());
      },
    ],
  ])('%s: %s', async (_, error, ask) => {
    const { status, body } = await ask();
    expect([status, registrationError.parse(body)]).toEqual([400, { error }]);
  });
});

describe('token: 400', () => {
  const ask = async (changes: Record<string, string>) => {
    const { client_id, client_secret } = await world.register('ref30-tv');
    return async () =>
      world.postForm('/o/client/token', {
        client_id: String(client_id),
        client_secret: String(client_secret),
        grant_type: 'client_credentials',
        ...changes,
      });
  };
  test.each([
    ['without a client', 'invalid_request', { client_id: '' }],
    ['unknown client', 'invalid_client', { client_id: 'nobody' }],
    ['wrong secret', 'invalid_client', { client_secret: 'wrong' }],
    ['another grant', 'unsupported_grant_type', { grant_type: 'password' }],
  ])('%s: %s', async (_, error, changes) => {
    const { status, body } = await (await ask(changes))();
    expect([status, registrationError.parse(body)]).toEqual([400, { error }]);
  });

  test.each([
    ['unapproved', 'unauthorized_client'],
    ['revoked', 'invalid_client'],
  ])('the application is %s meanwhile: %s', async (standing, error) => {
    const token = await ask({});
    expect((await token()).status).toBe(201);
    await stand(standing);
    const { status, body } = await token();
    expect([status, registrationError.parse(body)]).toEqual([400, { error }]);
    await stand('active');
    expect((await token()).status).toBe(201);
  });
});

test('registering again returns other credentials; the old ones remain valid', async () => {
  const [first, second] = [await world.register('ref30-tv'), await world.register('ref30-tv')];
  expect(first['client_id']).not.toBe(second['client_id']);
  for (const credentials of [first, second]) expect(await world.bearerOf(credentials)).toMatch(/^[\w-]{43}$/);
});
