import { expect, test } from 'vitest';
import { device, startGatewaySide } from './gateway-side.ts';

const path = '/o/client/register';

test('a software statement becomes client credentials', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, {
    status: 201,
    body: { client_id: 'id', client_secret: 'secret', scopes: ['api:client:v2'] },
  });
  const redirectUri = 'adobepass://com.programmer';
  expect(
    await side.pass.register({ environment: 'default', softwareStatement: 'a.b.c', redirectUri, device }),
  ).toEqual({
    id: 'id',
    secret: 'secret',
  });
  await side.pass.register({ environment: 'default', softwareStatement: 'a.b.c', device });
  expect(side.adobe.heardAt(path).map(({ body }) => JSON.parse(body))).toEqual([
    { software_statement: 'a.b.c', redirect_uri: redirectUri },
    { software_statement: 'a.b.c' },
  ]);
});

test.for([
  [400, { error: 'unapproved_software_statement' }, 'gateway_adobe_registration_refused'],
  [400, { error: 'invalid_redirect_uri' }, 'gateway_adobe_redirect_uri_refused'],
  [400, '<html>', 'gateway_adobe_refused'],
  [201, { client_id: 'id' }, 'gateway_adobe_answer_invalid'],
  [429, '<html>', 'gateway_throttled'],
  [500, { error: 'server_error' }, 'gateway_adobe_unreachable'],
] as const)('%i %j is %s', async ([status, body, code]) => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { status, body });
  await expect(
    side.pass.register({ environment: 'default', softwareStatement: 'a.b.c', device }),
  ).rejects.toMatchObject({ code });
  expect(side.adobe.heard).toHaveLength(1);
});

test('registrations of one device wait their turn like every call', async () => {
  await using side = await startGatewaySide({ throttle: { perSecond: 1, burst: 0, longestWait: 1_500 } });
  const register = () => side.pass.register({ environment: 'default', softwareStatement: 'a.b.c', device });
  const [first, second, third] = [register(), register(), register()];
  await expect(third).rejects.toMatchObject({ code: 'gateway_address_busy', retryAfter: 2 });
  await first;
  expect(side.adobe.heard).toHaveLength(1);
  await side.clock.advance(1_050);
  await second;
});
