import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { createAdminClient } from '../support/admin.ts';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway } from '../support/start-gateway.ts';

/** Stores that tell when a caller is looked up. */
const watchedStores = () => {
  const stores = createMemoryStores();
  const looked = Promise.withResolvers<void>();
  const byAccessToken: Stores['callers']['byAccessToken'] = (...asked) => {
    looked.resolve();
    return stores.callers.byAccessToken(...asked);
  };
  return { stores: { ...stores, callers: { ...stores.callers, byAccessToken } }, looked: looked.promise };
};

test('a call whose body comes after a revocation is refused, though it began before', async () => {
  const clock = createManualClock();
  const { stores, looked } = watchedStores();
  await using t = await startGateway({ overrides: { clock, stores } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const [signIn] = await stores.signIns.list({ limit: 1 });
  await t.control.clearRequests();

  const body = JSON.stringify({ resources: ['REF30'] });
  const slow = request(`${t.origin}/api/v2/REF30/decisions/authorize/Cablevision`, {
    method: 'POST',
    headers: {
      ...tv.headers,
      authorization: `Bearer ${tv.tokens?.accessToken}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  slow.write(body.slice(0, 5));
  await looked;
  await createAdminClient(t.adminOrigin).revoke({ kind: 'account', id: signIn?.viewer ?? '' });
  await clock.advance(1_000);
  slow.end(body.slice(5));
  const [response] = await once(slow, 'response');
  expect(JSON.parse(await text(response))).toMatchObject({ status: 401 });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});
