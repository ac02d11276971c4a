/** A 503 with Retry-After was asked again a quarter of a second later. */
import { expect, test } from 'vitest';
import { call, startGatewaySide } from '../adobe-pass/gateway-side.ts';
import { profiles } from '../adobe-pass/scripted-adobe.ts';

const path = '/api/v2/REF30/';
const away = (retryAfter: string) => ({
  status: 503,
  headers: { 'retry-after': retryAfter },
  body: { action: 'retry', status: 503, code: 'internal_server_error', message: 'later' },
});

test('Adobe is asked again when it said, not before', async () => {
  await using side = await startGatewaySide();
  const times: number[] = [];
  side.adobe.at(
    path,
    (response) => {
      times.push(side.clock.monotonic());
      response.writeHead(503, { 'retry-after': '2' }).end('{}');
    },
    (response) => {
      times.push(side.clock.monotonic());
      response.writeHead(200).end(JSON.stringify(profiles));
    },
  );
  expect((await side.meanwhile(side.pass.getProfiles(call))).status).toBe(200);
  const [first = 0, second = 0] = times;
  expect(second - first).toBeGreaterThanOrEqual(2_000);
});

test('a longer time is passed on at once', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, away('30'));
  expect(await side.pass.getProfiles(call)).toMatchObject({ status: 503, retryAfter: 30 });
  const question = { ...call, mvpd: 'Cablevision', resources: ['a'] };
  expect(await side.pass.authorize(question)).toMatchObject({ status: 503, retryAfter: 30 });
  expect(side.adobe.heardAt(path)).toHaveLength(2);
});

test('so is one that does not fit into what is left of the call', async () => {
  await using side = await startGatewaySide({ timeout: 1_500 });
  side.adobe.at(path, away('2'));
  expect(await side.pass.getProfiles(call)).toMatchObject({ status: 503, retryAfter: 2 });
  expect(side.adobe.heardAt(path)).toHaveLength(1);
});
