import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { fromElsewhere } from '../support/from-elsewhere.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;

beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
});
afterAll(async () => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearRequests());

const authorize = (body: string | Uint8Array<ArrayBuffer>, contentType = 'application/json') =>
  fetch(`${t.origin}/api/v2/REF30/decisions/authorize/Cablevision`, {
    method: 'POST',
    headers: {
      ...fromElsewhere(tv.headers),
      authorization: `Bearer ${tv.tokens?.accessToken}`,
      'content-type': contentType,
    },
    body,
  });

const utf16 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));

describe('T64 JSON bodies', () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>, number]>([
    ['cut', '{"resources":["REF30"', 400],
    ['UTF-16', utf16('{"resources":["REF30"]}'), 400],
    ['not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 400],
    ['a hundred thousand deep', '['.repeat(100_000), 413],
    ['deep and closed', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400],
    ['the wrong names', '{"resource":["REF30"]}', 400],
    ['a number for a list', '{"resources":1e999}', 400],
  ])('%s is refused', async (_what, body, status) => {
    const answer = await authorize(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      code: expect.stringMatching(/^(gateway|invalid_parameter)_/),
    });
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });

  test.each(['text/plain', 'multipart/form-data; boundary=x'])(
    'declared as %s is 415',
    async (contentType) => {
      expect((await authorize('{"resources":["REF30"]}', contentType)).status).toBe(415);
    },
  );
});

/** Strings that have broken parsers, templates, queries and terminals. */
const naughty = [
  ...[
    '',
    ' ',
    '\t',
    'undefined',
    'null',
    'NaN',
    'true',
    '-1',
    '1e309',
    '0x0',
    '../../etc/passwd',
    "' OR 1=1 --",
  ],
  ...['"><svg/onload=1>', '{{7*7}}', '%00', '%s%n', '\u0000', '\u202e', '\ufeff', '\ud800', 'ﷺ'.repeat(50)],
  ...[
    '田中さん',
    '👩‍👩‍👧‍👧',
    'İ',
    'ß',
    'a'.repeat(5_000),
    '\r\nX: y',
    '\u001b[31m',
    '__proto__',
    'constructor',
    'toString',
  ],
];

describe('T65 strings that break things elsewhere are refused or arrive as they were', () => {
  test('as a resource', async () => {
    for (const resource of naughty) {
      await t.control.clearRequests();
      const answer = await authorize(JSON.stringify({ resources: [resource] }));
      expect(answer.status, JSON.stringify(resource)).toBeLessThan(500);
      const sent = reachedAdobe(await t.control.requests()).find(({ operation }) =>
        operation.includes('authorize'),
      );
      if (sent) expect(JSON.parse(String(sent.body))).toEqual({ resources: [resource] });
    }
  });

  test.each(['mvpd', 'domainName', 'redirectUrl'])('as %s of a session', async (field) => {
    for (const value of naughty) {
      const session = {
        mvpd: 'Cablevision',
        domainName: 'adobe.com',
        redirectUrl: 'https://adobe.com',
        [field]: value,
      };
      const answer = await tv.call('/REF30/sessions', {
        method: 'POST',
        form: session,
        headers: fromElsewhere(),
      });
      expect(answer.status, JSON.stringify(value)).toBeLessThan(500);
    }
  });

  test('as client_id, user_code, state and scope of the sign-in', async () => {
    for (const value of naughty) {
      for (const path of ['/auth', '/device', '/callback/dtc', '/session/end']) {
        const url = `${t.origin}${path}?${new URLSearchParams({ client_id: value, user_code: value, state: value, scope: value })}`;
        expect((await request({ url })).status, `${path} ${JSON.stringify(value)}`).toBeLessThan(500);
      }
    }
  });
});

test('T66 names that objects have already change no object, wherever they stand', async () => {
  const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty'];
  for (const name of names) {
    await authorize(`{"resources":["REF30"],"${name}":{"polluted":true}}`);
    await tv.call(`/REF30/profiles/${name}`, { headers: fromElsewhere() });
    await tv.call(`/${name}/profiles`);
    await tv.call(`/REF30/profiles?${name}[polluted]=true&${name}=x`, { headers: fromElsewhere() });
    const form = { mvpd: 'Cablevision', [name]: 'x' };
    await tv.call('/REF30/sessions', { method: 'POST', form, headers: fromElsewhere() });
    await tv.call('/REF30/profiles', { headers: fromElsewhere({ [`x-${name.replaceAll('_', '')}`]: 'x' }) });
  }
  expect({}).not.toHaveProperty('polluted');
  expect((await tv.profiles()).status).toBe(200);
});

test('T67 members that decide things elsewhere decide nothing here', async () => {
  const extra = { sub: 'ben', admin: true, expiresAt: 9e12, serviceProvider: 'REF40', subject: 'ben' };
  await tv.call('/REF30/decisions/authorize/Cablevision', {
    method: 'POST',
    json: { resources: ['REF30'], ...extra },
  });
  const statement = tv.app.softwareStatement;
  const answer = await request({
    method: 'POST',
    url: `${t.origin}/o/client/register`,
    headers: tv.headers,
    json: { software_statement: statement, client_id: 'mine', client_secret: 'mine', app: 'ref40-phone' },
  });
  expect(answer.body['client_id']).not.toBe('mine');
  expect(answer.body['client_secret']).not.toBe('mine');
  for (const { body, path } of reachedAdobe(await t.control.requests())) {
    expect(String(body)).not.toMatch(/"admin"|"ben"|ref40|"mine"/);
    expect(path).not.toContain('REF40');
  }
});

describe('T68 what is too much is refused before it is read whole', () => {
  test.each([
    ['resources as text', '{"resources":"REF30"}', 400],
    ['resources as an object', '{"resources":{"0":"REF30"}}', 400],
    [
      'ten thousand resources',
      JSON.stringify({ resources: Array.from({ length: 10_000 }, () => 'REF30') }),
      413,
    ],
    ['a megabyte', JSON.stringify({ resources: ['a'.repeat(1 << 20)] }), 413],
  ])('%s', async (_what, body, status) => {
    expect((await authorize(body)).status).toBe(status);
    expect(reachedAdobe(await t.control.requests())).toEqual([]);
  });

  test('a body without a length ends at the limit', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 1_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const answer = await fetch(`${t.origin}/api/v2/REF30/decisions/authorize/Cablevision`, {
      method: 'POST',
      headers: {
        ...tv.headers,
        authorization: `Bearer ${tv.tokens?.accessToken}`,
        'content-type': 'application/json',
      },
      body,
      duplex: 'half',
    }).catch(() => undefined);
    expect(answer?.status ?? 413).toBe(413);
    expect(sent).toBeLessThan(1_000);
  });
});

describe('T71 what does not decode is the caller’s fault', () => {
  test.each([
    ['a bearer', { authorization: 'Bearer %E0%A4%A' }, 401],
    ['a cookie', { cookie: 'kinpass_session=%E0%A4%A; =; ;;; a' }, 200],
    ['a device id', { 'ap-device-identifier': 'fingerprint ====' }, 400],
  ])('%s', async (_what, headers, status) => {
    expect((await tv.call('/REF30/profiles', { headers })).status).toBe(status);
  });

  test('cookies of the sign-in pages', async () => {
    for (const path of [
      '/device',
      '/auth',
      '/session/end',
      '/interaction/x',
      '/callback/dtc?state=x&code=y',
    ]) {
      const cookie =
        'kinpass_session=%E0%A4%A; kinpass_interaction=%; kinpass_resume=\u0001; kinpass_transaction=x';
      const answer = await request({
        url: `${t.origin}${path}`,
        headers: { cookie: cookie.replace('\u0001', '!') },
      });
      expect([path, answer.status < 500]).toEqual([path, true]);
    }
  });
});
