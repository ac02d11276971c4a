import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const v1Statement = `e30.${Buffer.from('{"scope":"api:client:v1"}').toString('base64url')}.c2ln`;

describe('registration', () => {
  test('a software statement is exchanged for credentials of its app', async () => {
    const reply = await world.post('/o/client/register', {
      software_statement: world.statementOf('ref30-tv'),
      redirect_uri: 'adobepass://com.programmer',
    });
    expect(reply.status).toBe(201);
    expect(reply.headers['content-type']).toBe('application/json;charset=UTF-8');
    expect(reply.body).toEqual({
      client_id: expect.any(String),
      client_secret: expect.any(String),
      client_id_issued_at: world.clock.now() / 1000,
      redirect_uris: ['adobepass://com.programmer'],
      grant_types: ['client_credentials'],
      scopes: ['api:client:v2'],
    });
  });

  test.each([
    ['no statement', {}, 'invalid_request'],
    ['an unknown statement', { software_statement: 'e30.e30.c2ln' }, 'invalid_software_statement'],
    ['a statement without V2 scope', { software_statement: v1Statement }, 'unapproved_software_statement'],
  ])('%s is refused in the OAuth shape', async (_, body, error) => {
    expect(await world.post('/o/client/register', body)).toMatchObject({ status: 400, body: { error } });
  });

  test('a redirect URI that is none is refused', async () => {
    const body = { software_statement: world.statementOf('ref30-tv'), redirect_uri: 'not a uri' };
    expect((await world.post('/o/client/register', body)).body).toEqual({ error: 'invalid_redirect_uri' });
  });

  test('a statement sent as a form is refused', async () => {
    const reply = await world.postForm('/o/client/register', {
      software_statement: world.statementOf('ref30-tv'),
    });
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('access tokens', () => {
  const ask = async (change: Record<string, string>) => {
    const { client_id, client_secret } = await world.register('ref30-tv');
    return world.postForm('/o/client/token', {
      client_id: String(client_id),
      client_secret: String(client_secret),
      grant_type: 'client_credentials',
      ...change,
    });
  };

  test('credentials are exchanged for a token of six hours', async () => {
    const reply = await ask({});
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.any(String),
      access_token: expect.any(String),
      created_at: world.clock.now(),
      expires_in: 21_600,
      token_type: 'bearer',
    });
  });

  test.each([
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['a wrong secret', { client_secret: 'guessed' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a missing parameter', { grant_type: '' }, 'invalid_request'],
  ])('%s is refused', async (_, change, error) => {
    expect(await ask(change)).toMatchObject({ status: 400, body: { error } });
  });

  test('credentials sent as JSON are refused', async () => {
    const reply = await world.post('/o/client/token', { grant_type: 'client_credentials' });
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('a token ends when its time is over', async () => {
    await using own = await startWorld();
    const tv = await own.device();
    await own.clock.advance(21_599_000);
    expect((await tv.get('/api/v2/REF30/profiles')).status).toBe(200);
    await own.clock.advance(1_000);
    expect((await tv.get('/api/v2/REF30/profiles')).status).toBe(401);
  });
});
