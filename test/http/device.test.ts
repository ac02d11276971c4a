import { request } from '@kinpass/simulator/client';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import type { ClientAddress } from '#src/http/client-address';
import type { GatewayState } from '#src/http/context';
import { createReadDevice } from '#src/http/device';
import type { KinpassError } from '#src/lib/errors';
import { serveApp } from '../support/serve-app.ts';

let client: ClientAddress;
let readDevice = createReadDevice({ deviceInfo: 'lenient', missingDeviceInfo: 'leaveToAdobe' });
const app = new Koa<GatewayState>();
app.use((ctx) => {
  ctx.state.client = client;
  try {
    const { value = null, problems, hasPort } = readDevice(ctx).info;
    ctx.body = { value, problems, hasPort };
  } catch (error) {
    ctx.body = { refused: (error as KinpassError).code };
  }
});
const origin = serveApp(app);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const encoded = (info: object): string => base64(JSON.stringify(info));

/** The description as it leaves, from a device at this place. */
const read = async (from: ClientAddress, value: string) => {
  client = from;
  const { body } = await request({ url: origin(), headers: { 'x-device-info': value } });
  return body;
};

const infoFrom = async (from: ClientAddress, value: string): Promise<unknown> =>
  JSON.parse(Buffer.from(String((await read(from, value))['value']), 'base64').toString());

const model = encoded({ model: 'LivingRoom55', connectionIp: '6.6.6.6', connectionPort: '666' });
const long = { model: 'x'.repeat(1_000) };

test('the same description from other places has the address and port of each', async () => {
  const places = [
    { address: '192.0.2.1' },
    { address: '192.0.2.2' },
    { address: '192.0.2.1', port: 40_000 },
    { address: '192.0.2.1', port: 40_001 },
    { address: '192.0.2.1' },
  ];
  for (const place of places) {
    const { port, address } = place;
    expect(await infoFrom(place, model)).toEqual({
      model: 'LivingRoom55',
      connectionIp: address,
      connectionPort: String(port ?? 666),
    });
  }
});

test('another description from the same place is another', async () => {
  const place = { address: '192.0.2.9' };
  await infoFrom(place, model);
  expect(await infoFrom(place, encoded({ model: 'Pocket' }))).toEqual({
    model: 'Pocket',
    connectionIp: '192.0.2.9',
  });
  expect(await infoFrom(place, encoded(long))).toEqual({ ...long, connectionIp: '192.0.2.9' });
});

const place = { address: '192.0.2.20' };

test.each([
  [{ connectionPort: 53_124 }, { connectionPort: '53124' }],
  [{ connectionPort: '0' }, {}],
  [{ connectionPort: '65536' }, {}],
  [{ connectionPort: ['80'] }, {}],
  [{ connectionPort: '80 6.6.6.6' }, {}],
  [{ ConnectionIP: '6.6.6.6', ConnectionPort: '1' }, {}],
  [
    JSON.parse('{"__proto__":{"connectionIp":"6.6.6.6"}}'),
    JSON.parse('{"__proto__":{"connectionIp":"6.6.6.6"}}'),
  ],
])('of what %j claims, only a port counts, where nobody knows better', async (claimed, kept) => {
  expect(await infoFrom(place, encoded(claimed))).toEqual({ ...kept, connectionIp: place.address });
});

describe('a value that is not the Base64 of a JSON object', () => {
  const sample = base64('{\n\t"model": "TV 5th Gen",\n\t"osName": "tvOS"\n\t"osVendor": "Apple"\n}');
  test.each([
    ['JSON with a missing comma', sample],
    ['a list', base64('["TV"]')],
    ['JSON that is not encoded', '{"model":"TV"}'],
    ['text', 'a b'],
    ['nothing in particular', '===='],
  ])('passes as it is: %s', async (_what, value) => {
    expect(await read(place, value)).toEqual({ value, problems: ['unreadable'], hasPort: false });
  });

  const claim = '{"model": "TV" "connectionIp": "6.6.6.6"}';
  test.each([
    ['an address', base64(claim)],
    ['a port', base64('{"model": "TV" "connectionPort": "1"}')],
    ['in the URL alphabet', Buffer.from(`${claim}???>>>`).toString('base64url')],
    ['in another case', base64(claim.toUpperCase())],
    ['that is not encoded', claim],
    ['with an escaped letter', base64(claim.replace('c', '\\u0063'))],
    ['in two bytes a letter', Buffer.from(claim, 'utf16le').toString('base64')],
    ['with a space', base64(claim).replace(/^.{8}/, '$& ')],
    ['after padding', `${base64('a')}${base64(claim)}`],
    ['in a list', base64(`[{"connectionIp":"6.6.6.6"}]`)],
    ['after a byte order mark', base64('\ufeff{"connectionIp":"6.6.6.6"}')],
  ])('is refused if it mentions the connection: %s', async (_what, value) => {
    expect(await read(place, value)).toEqual({ refused: 'invalid_header_device_info' });
  });
});

describe('problems', () => {
  const good = {
    primaryHardwareType: 'SetTopBox',
    model: 'TV',
    version: '1',
    osName: 'tvOS',
    osVersion: '17',
    connectionType: 'LAN',
  };
  test.each([
    ['nothing', good, []],
    ['an unknown system', { ...good, osName: 'Roku' }, ['unknown_platform']],
    ['unknown hardware', { ...good, primaryHardwareType: 'Unknown' }, ['unknown_platform']],
    ['a system that is listed as a family', { ...good, osName: 'Tizen' }, []],
    ['a number', { ...good, osFamily: 7 }, ['unknown_platform']],
    ['an empty key', { ...good, version: '' }, ['missing_version']],
    [
      'no key',
      {},
      [
        'missing_model',
        'missing_version',
        'missing_os_name',
        'missing_os_version',
        'missing_connection_type',
      ],
    ],
  ])('of %s', async (_what, info, problems) => {
    expect((await read({ ...place, port: 1 }, encoded(info)))['problems']).toEqual(problems);
  });

  test.each([
    ['an app', 'okhttp/4.9.1', ['absent']],
    ['a browser', 'Mozilla/5.0 (X11; Linux x86_64)', []],
  ])('of no description from %s', async (_who, userAgent, problems) => {
    client = place;
    const { body } = await request({ url: origin(), headers: { 'user-agent': userAgent } });
    expect(body).toEqual({ value: null, problems, hasPort: false });
  });
});

describe('a request without X-Device-Info', () => {
  const chromium =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
  const from = { address: '192.0.2.40', port: 41_000 };
  const send = async (missingDeviceInfo: 'leaveToAdobe' | 'fromUserAgent', userAgent: string) => {
    readDevice = createReadDevice({ deviceInfo: 'lenient', missingDeviceInfo });
    client = from;
    return (await request({ url: origin(), headers: { 'user-agent': userAgent } })).body;
  };
  const decoded = (value: unknown): unknown => JSON.parse(Buffer.from(String(value), 'base64').toString());

  test('goes on without it: Adobe derives the device from the User-Agent', async () => {
    expect(await send('leaveToAdobe', chromium)).toEqual({ value: null, problems: [], hasPort: false });
  });

  test('gets one that is derived, with the address and port of the connection', async () => {
    const { value, problems, hasPort } = await send('fromUserAgent', chromium);
    expect({ problems, hasPort }).toEqual({ problems: [], hasPort: true });
    expect(decoded(value)).toEqual({
      primaryHardwareType: 'Desktop',
      osName: 'Windows',
      osFamily: 'Windows',
      osVendor: 'Microsoft',
      osVersion: '10.0',
      connectionIp: '192.0.2.40',
      connectionPort: '41000',
    });
  });

  test('gets one of its own, though another one sent the same text as its X-Device-Info', async () => {
    const roku = 'Roku/DVP-14.6';
    await send('fromUserAgent', roku);
    const { body } = await request({ url: origin(), headers: { 'x-device-info': roku } });
    expect(body).toMatchObject({ value: roku, problems: ['unreadable'] });
  });

  test('goes on without it where the User-Agent names no known platform', async () => {
    const absent = { value: null, problems: ['absent'], hasPort: false };
    expect(await send('fromUserAgent', 'okhttp/5.1.0')).toEqual(absent);
    expect(await send('fromUserAgent', '')).toEqual(absent);
  });
});
