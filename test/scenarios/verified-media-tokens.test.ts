import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '@kinpass/simulator/client';
import { request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decisionsOf } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const server = { id: 'origin-1', token: 'o'.repeat(40) };

let folder: string;
let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinpass-media-'));
  t = await startGateway();
  await writeFile(join(folder, 'adobe.pem'), await t.simulator.control.mediaTokenKey());
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'other.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  await use('adobe.pem', { enforce: true });
  tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const use = (key: string, rest: object = {}) =>
  t.reconfigure({ mediaTokens: { keys: [join(folder, key)], servers: [server], ...rest } });

/** Adobe's tokens for one resource are the same within a second. */
const permitToken = async (resource = 'news'): Promise<string> =>
  decisionsOf(await tv.authorize('Cablevision', [resource]))[0]?.token?.serializedToken ?? '';

const verify = (body: object, token = server.token) =>
  request({
    method: 'POST',
    url: `${t.origin}/v1/media-tokens/verify`,
    headers: { authorization: `Bearer ${token}` },
    json: { serviceProvider: 'REF30', resource: 'news', ...body },
  });

const play = () =>
  tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose: 'play', mvpd: 'Cablevision', resources: ['news'] },
  });

describe('a media server', () => {
  test('has a media token verified once, whatever was asked about it before', async () => {
    const token = await permitToken();
    expect((await verify({ token, resource: 'movies' })).body).toMatchObject({
      status: 'INVALID_RESOURCE_ID',
    });
    expect((await verify({ token, serviceProvider: 'REF40' })).body).toMatchObject({
      status: 'INVALID_SIGNATURE',
    });
    const first = await verify({ token });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'VALID_TOKEN',
      token: { requestor: 'REF30', resource: 'news', mvpd: 'Cablevision', session: expect.any(String) },
    });
    expect((await verify({ token })).body).toMatchObject({ status: 'TOKEN_ALREADY_USED' });
  });

  test('of twenty that have the same token, has it verified alone', async () => {
    const token = await permitToken('REF30');
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify({ token, resource: 'REF30' })));
    expect(answers.filter(({ body }) => body['status'] === 'VALID_TOKEN')).toHaveLength(1);
  });

  test.for([
    ['gateway_media_server_unknown', 401, 'x'.repeat(40), {}],
    ['gateway_parameter_invalid', 400, server.token, { token: '' }],
    ['gateway_parameter_invalid', 400, server.token, { token: 'x', serviceProvider: '../x' }],
  ] as const)('is told %s', async ([code, status, token, body]) => {
    const answer = await verify({ token: 'x', ...body }, token);
    expect([answer.status, String(answer.body['type'])]).toEqual([status, expect.stringContaining(code)]);
  });

  test('is no app: the bearer of a viewer is refused', async () => {
    const answer = await verify({ token: await permitToken() }, tv.tokens?.accessToken);
    expect(answer.status).toBe(401);
  });
});

describe('a media token that no key of Adobe verifies', () => {
  test('is passed on, as long as the check is not enforced', async () => {
    await use('other.pem');
    expect(await permitToken()).not.toBe('');
    expect((await play()).status).toBe(200);
  });

  test('is withheld from plain REST V2 as from /v1 once it is', async () => {
    await use('other.pem', { enforce: true });
    const plain = await tv.authorize('Cablevision', ['news']);
    expect([plain.status, plain.body['code']]).toEqual([502, 'gateway_media_token_invalid']);
    const own = await play();
    expect([own.status, String(own.body['type'])]).toEqual([
      502,
      expect.stringContaining('gateway_media_token_invalid'),
    ]);
  });
});

test('without a key, none can be verified', async () => {
  await t.reconfigure({ mediaTokens: { servers: [server] } });
  const answer = await verify({ token: 'x' });
  expect([answer.status, String(answer.body['type'])]).toEqual([
    501,
    expect.stringContaining('gateway_media_token_keys_missing'),
  ]);
});
