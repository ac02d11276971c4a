import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

test('metrics tell how many callers are kept, and how often one was found', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const metrics = async () => {
    const { text } = await request({ url: `${t.adminOrigin}/metrics` });
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
  await tv.profiles();
  await tv.profiles();
  const before = await metrics();
  expect(before.kept).toBe(1);
  await tv.profiles();
  expect(await metrics()).toEqual({ ...before, hits: before.hits + 1 });
});
