import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

test('HEAD on the API says which methods are allowed, in the shape of the path', async () => {
  await using t = await startGateway();
  const head = async (path: string) => {
    const { status, headers } = await fetch(t.origin + path, { method: 'HEAD' });
    return [status, headers.get('allow'), headers.get('content-type')];
  };
  const json = 'application/json;charset=UTF-8';
  expect(await head('/api/v2/REF30/profiles')).toEqual([405, 'GET', json]);
  expect(await head('/api/v2/REF30/sessions')).toEqual([405, 'POST', json]);
  expect(await head('/api/v2/REF30/sessions/ABC')).toEqual([405, 'POST, GET', json]);
  expect(await head('/o/client/token')).toEqual([405, 'POST', json]);
  expect((await head('/api/v2/nowhere/at/all/or/so'))[0]).toBe(404);
});
