import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const callersOf = async ({ adminOrigin }: TestWorld) => {
  const { text } = await request({ url: `${adminOrigin}/metrics` });
  const value = (name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')[1],
    );
  return {
    kept: value('kinpass_known_callers'),
    hits: value('kinpass_caller_lookups_total{result="hit"}'),
    misses: value('kinpass_caller_lookups_total{result="miss"}'),
  };
};

test('metrics tell how many callers are kept, and how often one was found', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  await tv.profiles();
  const before = await callersOf(t);
  expect(before.kept).toBe(1);
  await tv.profiles();
  expect(await callersOf(t)).toEqual({ ...before, hits: before.hits + 1 });
});

test('no more callers are kept than the settings say: others are read again', async () => {
  await using t = await startGateway({ settings: { caches: { callers: 1 } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const phone = await t.signIn(t.device('phone'), 'ben');
  await tv.profiles();
  const before = await callersOf(t);
  for (const device of [phone, tv, phone]) await device.profiles();
  expect(await callersOf(t)).toEqual({ kept: 1, hits: before.hits, misses: before.misses + 3 });
});

test('no more service tokens are kept than the settings say: a viewer who was dropped gets a new one', async () => {
  const tokensOf = async (settings: Record<string, unknown>) => {
    await using t = await startGateway({ settings });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const phone = await t.signIn(t.device('phone'), 'ben');
    for (const device of [tv, phone, tv, phone]) await device.profiles();
    const calls = await t.control.requests();
    return new Set(calls.flatMap(({ headers }) => headers['ad-service-token'] ?? [])).size;
  };
  expect(await tokensOf({})).toBe(2);
  expect(await tokensOf({ caches: { tokens: 1 } })).toBe(4);
});
