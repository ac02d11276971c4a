import { expect, test } from 'vitest';
import { createStoreGate } from '#src/gateway/store-gate';
import { createMemoryStores } from '#src/stores/memory/create';

type Call = () => Promise<unknown>;

test('a gate that is closed refuses every call, but those that read changes and that which ends', async () => {
  const gate = createStoreGate();
  const { changes, close, ...others } = gate.guard(createMemoryStores());
  gate.set(false);
  const calls = Object.entries<Call | object>(others).flatMap(([name, part]) =>
    typeof part === 'function'
      ? [[name, part as Call] as const]
      : Object.entries<Call>({ ...part }).map(([method, call]) => [`${name}.${method}`, call] as const),
  );
  expect(calls.length).toBeGreaterThan(40);
  for (const [name, call] of calls)
    await expect(call(), name).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfter: 1 });
  expect(await changes.latest()).toBe(0);
  await close();
});
