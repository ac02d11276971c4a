/**
 * A device whose X-Device-Info nobody could read was told, with 502, that Adobe had rejected the software statement of its
 * app. Adobe had refused the header.
 */
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

test('a device that Adobe does not register for its X-Device-Info is told so, and can go on', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const refused = await tv.call('/REF30/configuration', { headers: { 'x-device-info': '{}' } });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({ code: 'invalid_header_device_info', action: 'none' });
  expect(String(refused.body['message'])).toContain('X-Device-Info');
  expect((await tv.call('/REF30/configuration')).status).toBe(200);
});
