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

/** Stores that tell when a caller's standing is looked up. */
const watchedStores = () => {
  const stores = createMemoryStores();
  let looked = Promise.withResolvers<void>();
  const revocations: Stores['revocations'] = {
    ...stores.revocations,
    anyOf: async (keys) => {
      looked.resolve();
      return stores.revocations.anyOf(keys);
    },
  };
  const nextLook = () => {
    looked = Promise.withResolvers();
    return looked.promise;
  };
  return { stores: { ...stores, revocations }, nextLook };
};

test('a call whose body comes after a revocation is refused, though it began before', async () => {
  const clock = createManualClock();
  const { stores, nextLook } = watchedStores();
  await using t = await startGateway({ overrides: { clock, stores } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
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
  const identified = nextLook();
  slow.write(body.slice(0, 5));
  await identified;
  await createAdminClient(t.adminOrigin).revoke({ kind: 'account', id: signIn?.viewer ?? '' });
  await clock.advance(1_000);
  slow.end(body.slice(5));
  const [response] = await once(slow, 'response');
  expect(JSON.parse(await text(response))).toMatchObject({ status: 401 });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});
