import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createMemoryStores } from '#src/stores/memory/create';
import { createAdminClient } from '../support/admin.ts';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a viewer who signs in again on a revoked instance is refused from the first call', async () => {
  const stores = createMemoryStores({ clock: systemClock });
  const made: string[] = [];
  const instances: typeof stores.instances = {
    ...stores.instances,
    add: (instance) => {
      made.push(instance.id);
      return stores.instances.add(instance);
    },
  };
  await using t = await startGateway({ overrides: { stores: { ...stores, instances } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  await createAdminClient(t.adminOrigin).revoke({ kind: 'instance', id: made[0] ?? '' });

  await t.signIn(tv, 'ana');
  await t.control.clearRequests();
  // An operation that carries no service token, so that nothing but the caller's standing can refuse it.
  const answer = await tv.call('/REF30/configuration');
  expect(answer.status).toBe(403);
  expect(answer.body['code']).toBe('gateway_revoked');
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});
