import { expect, test } from 'vitest';
import { createClientTokens } from '#src/families/client-tokens';
import { fingerprint, systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const start = () => {
  const clock = createManualClock();
  const { records, callers, instances } = createMemoryStores();
  return {
    clock,
    records,
    instances,
    tokens: createClientTokens({ records, callers, lifetime: 3_600_500, clock, ids: systemIds }),
  };
};

test('a token is issued as Adobe issues one: created_at in milliseconds, expires_in in whole seconds', async () => {
  const { clock, tokens } = start();
  const issued = await tokens.issue(instance());
  expect(issued).toMatchObject({ createdAt: clock.now(), expiresIn: 3_600 });
  expect(issued.id).toMatch(/^[\da-f-]{36}$/);
  expect(issued.accessToken).toMatch(/^kct_[\w-]{43}$/);
});

test('it leads to its instance until its lifetime is over', async () => {
  const { clock, tokens, instances } = start();
  const tv = instance({ id: 'this-tv' });
  await instances.add(tv);
  const { accessToken } = await tokens.issue(tv);
  await clock.advance(3_600_499);
  expect(await tokens.find(accessToken)).toEqual({
    instance: tv,
    revoked: undefined,
    pairs: [],
    expiresAt: clock.now() + 1,
  });
  await clock.advance(1);
  expect(await tokens.find(accessToken)).toBeUndefined();
});

test('two tokens of one instance are two', async () => {
  const { tokens } = start();
  const [one, other] = [await tokens.issue(instance()), await tokens.issue(instance())];
  expect(one.accessToken).not.toBe(other.accessToken);
  expect(await tokens.find(one.accessToken)).toEqual(await tokens.find(other.accessToken));
});

test('it is stored by its hash, and a record of another shape is no token', async () => {
  const { clock, records, tokens } = start();
  const { accessToken } = await tokens.issue(instance());
  expect(await records.get('client-token', fingerprint(accessToken), clock.now())).toEqual({
    instance: 'i1',
    expiresAt: clock.now() + 3_600_500,
  });
  const expiresAt = clock.now() + 1_000;
  await records.put('client-token', fingerprint('kct_other'), { value: { app: 'tv' }, expiresAt });
  await records.put('client-token', fingerprint('kct_earlier'), { value: { instance: 'tv' }, expiresAt });
  expect(await tokens.find('kct_earlier')).toMatchObject({ expiresAt: undefined });
  expect(await tokens.find('kct_other')).toBeUndefined();
  expect(await tokens.find('kct_unknown')).toBeUndefined();
});

test('it can be told from every other kind before it is looked up', async () => {
  const { tokens } = start();
  expect(tokens.isOne((await tokens.issue(instance())).accessToken)).toBe(true);
  expect(tokens.isOne('x'.repeat(43))).toBe(false);
  expect(tokens.isOne('x kct_')).toBe(false);
});
