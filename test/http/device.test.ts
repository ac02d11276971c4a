import { request } from '@kinpass/simulator/client';
import Koa from 'koa';
import { expect, test } from 'vitest';
import type { ClientAddress } from '#src/http/client-address';
import type { GatewayState } from '#src/http/context';
import { readDevice } from '#src/http/device';
import { serveApp } from '../support/serve-app.ts';

let client: ClientAddress;
const app = new Koa<GatewayState>();
app.use((ctx) => {
  ctx.state.client = client;
  ctx.body = { info: readDevice(ctx).info };
});
const origin = serveApp(app);

const encoded = (info: object): string => Buffer.from(JSON.stringify(info)).toString('base64');

/** X-Device-Info as Adobe would get it. */
const infoFrom = async (from: ClientAddress, value: string): Promise<unknown> => {
  client = from;
  const { body } = await request({ url: origin(), headers: { 'x-device-info': value } });
  return JSON.parse(Buffer.from(String(body['info']), 'base64').toString());
};

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
      ...(port !== undefined && { connectionPort: String(port) }),
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
