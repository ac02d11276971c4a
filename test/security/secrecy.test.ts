import { Writable } from 'node:stream';
import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { isPlainText } from '#src/lib/text';
import { createLog } from '#src/observability/logger';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { comparable, reachedAdobe } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { sendLines } from '../support/raw-request.ts';
import { startGateway } from '../support/start-gateway.ts';

const secret = 'canary-of-a-private-half';

/** Stores whose every method fails while `broken` says how. */
const breakable = () => {
  const state = { broken: undefined as (() => Error) | undefined };
  const stores = createMemoryStores();
  const wrap = <T extends object>(store: T): T =>
    new Proxy(store, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return async (...values: unknown[]): Promise<unknown> => {
          if (state.broken) throw state.broken();
          return Reflect.apply(member, target, values);
        };
      },
    });
  const wrapped = Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [
      name,
      typeof store === 'object' && store !== null ? wrap(store as object) : store,
    ]),
  );
  return {
    state,
    stores: {
      ...stores,
      ...wrapped,
      ping: async () => void (state.broken && (await Promise.reject(state.broken()))),
    } as Stores,
  };
};

const calls = (device: Device): Promise<{ status: number; text: string; headers: object }>[] => [
  device.profiles(),
  device.profile('Cablevision'),
  device.profileByCode('ABCDEFG'),
  device.createSession({ mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' }),
  device.authorize('Cablevision', ['REF30']),
  device.preauthorize('Cablevision', ['REF30']),
  device.logout('Cablevision', 'https://adobe.com'),
];

test('T73 each line of the log is one JSON object, whatever stands in a request', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).split('\n').filter(Boolean));
      done();
    },
  });
  await using t = await startGateway({ overrides: { log: createLog('debug', sink) } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const forged = '{"level":"error","msg":"forged"}';
  for (const value of [
    '\u001b[31mred',
    `"${forged}`,
    `\u2028${forged}`,
    '%0d%0a{"msg":"forged"}',
    '{{7*7}} $(id)',
  ]) {
    const bytes = Buffer.from(value).toString('latin1');
    await sendLines(t.origin, [
      `GET /${encodeURIComponent(value)} HTTP/1.1`,
      'Host: localhost',
      `User-Agent: ${bytes}`,
      `Authorization: ${bytes}`,
    ]);
    await tv.call(`/${encodeURIComponent(value)}/profiles`);
    await request({
      url: `${t.origin}/auth?${new URLSearchParams({ client_id: value, state: value, redirect_uri: value })}`,
    });
    await request({ url: `${t.origin}/callback/dtc?${new URLSearchParams({ error: value, state: value })}` });
  }
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
    expect(isPlainText(line)).toBe(true);
    expect(line).not.toMatch(/forged|7\*7/);
  }
});

describe('T76 what fails inside is told in general terms, with the id of the request', () => {
  test.each<[string, () => Error]>([
    ['an error of anybody', () => new Error(secret)],
    ['one with a status of its own', () => Object.assign(new Error(secret), { status: 200 })],
    [
      'one that looks like another',
      () =>
        Object.assign(new TypeError(secret), { status: 418, code: secret, headers: { 'x-leak': secret } }),
    ],
  ])('%s', async (_what, broken) => {
    const { stores, state } = breakable();
    await using t = await startGateway({ overrides: { stores } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    state.broken = broken;
    await t.control.clearRequests();
    for (const { status, text, headers } of await Promise.all(calls(tv))) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify([text, headers])).not.toContain(secret);
      expect(JSON.parse(text)).toMatchObject({
        code: expect.stringMatching(/^gateway_/),
        trace: expect.stringMatching(/^[\w-]{36}$/),
      });
      expect(text).not.toMatch(/\bat .*\.ts|node_modules|Error:/);
    }
    for (const path of [
      '/device',
      '/auth?client_id=ref30-web',
      '/me',
      '/session/end',
      '/callback/dtc?state=x',
      '/interaction/x',
    ]) {
      const { text, status } = await request({
        url: t.origin + path,
        headers: { accept: 'text/html', authorization: 'Bearer x', cookie: 'kinpass_session=x' },
      });
      expect([path, status >= 200]).toEqual([path, true]);
      expect(text).not.toMatch(/canary|\bat .*\.ts|node_modules/);
    }
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
    state.broken = undefined;
    // Who has read no change for a second trusts nothing until it has.
    await eventually(async () => expect((await tv.profiles()).status).toBe(200));
  });
});

describe('T77 without what it needs the gateway refuses', () => {
  test('the store is away: no call of a viewer goes on as one of nobody, and readiness says so', async () => {
    const { stores, state } = breakable();
    await using t = await startGateway({ overrides: { stores } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const anonymous = t.device('tv', { id: 'nobody-on-it' });
    await anonymous.register();
    await t.control.clearRequests();
    state.broken = () => new Error('away');
    for (const device of [tv, anonymous])
      for (const { status } of await Promise.all(calls(device))) expect(status).toBeGreaterThanOrEqual(500);
    expect((await request({ url: `${t.adminOrigin}/readyz` })).status).toBe(503);
    expect((await request({ url: `${t.adminOrigin}/livez` })).status).toBe(200);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
    state.broken = undefined;
    expect((await request({ url: `${t.adminOrigin}/readyz` })).status).toBe(200);
  });

  test('settings that contradict themselves start nothing', async () => {
    for (const settings of [
      { families: [] },
      { apps: [] },
      { identityProviders: [] },
      { publicOrigin: 'javascript:alert(1)' },
    ])
      await expect(startGateway({ settings })).rejects.toThrow();
  });
});

test('T78 a secret that is wrong at its first character is answered as one that is wrong at its last', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { body } = await request({
    method: 'POST',
    url: `${t.origin}/o/client/register`,
    json: { software_statement: tv.app.softwareStatement },
  });
  const wrong = (text: string) => {
    const other = (letter: string) => (letter === 'A' ? 'B' : 'A');
    return [other(text.slice(0, 1)) + text.slice(1), text.slice(0, -1) + other(text.slice(-1))] as const;
  };
  const asked: [string, (secret: string) => Promise<ApiAnswer>][] = [
    [
      tv.tokens?.accessToken ?? '',
      (secret) => tv.call('/REF30/profiles', { headers: { authorization: `Bearer ${secret}` } }),
    ],
    [
      tv.tokens?.refreshToken ?? '',
      (secret) =>
        request({
          method: 'POST',
          url: `${t.origin}/token`,
          form: { grant_type: 'refresh_token', refresh_token: secret, client_id: 'ref30-tv' },
        }),
    ],
    [
      String(body['client_secret']),
      (secret) =>
        request({
          method: 'POST',
          url: `${t.origin}/o/client/token`,
          form: {
            grant_type: 'client_credentials',
            client_id: String(body['client_id']),
            client_secret: secret,
          },
        }),
    ],
  ];
  for (const [secret, ask] of asked) {
    const [first, last] = await Promise.all(wrong(secret).map(ask));
    expect(first?.status).toBeGreaterThanOrEqual(400);
    expect(last && comparable(last)).toEqual(first && comparable(first));
  }
});
