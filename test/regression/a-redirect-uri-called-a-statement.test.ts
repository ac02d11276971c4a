/** A redirect URI that Adobe does not accept was reported as a software statement that it does not accept. */
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

test('the app and the operator learn which redirect URI Adobe refuses', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  await tv.register();
  await t.control.fault({
    match: { operation: 'dcr.register' },
    fault: { kind: 'status', status: 400, body: { error: 'invalid_redirect_uri' } },
  });
  const { status, body } = await tv.profiles();
  expect([status, body['code'], body['action']]).toEqual([
    502,
    'gateway_adobe_redirect_uri_refused',
    'configuration',
  ]);
  expect(body['message']).toContain('(field redirect_uri): the app registered without one.');
});
