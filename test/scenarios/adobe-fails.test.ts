import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { passThrough } from '../support/pass-through.ts';
import { startGateway } from '../support/start-gateway.ts';

test('metrics tell of repeats that were given up, and whether calls to Adobe are stopped by the settings in use', async () => {
  const throttle = { perSecond: 1_000, burst: 1_000 };
  await using t = await startGateway({ settings: { adobe: { throttle }, ...passThrough } });
  const state = async () => {
    const { text } = await request({ url: `${t.adminOrigin}/metrics` });
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    return {
      givenUp: value('kinpass_adobe_retry_budget_exhausted_total'),
      open: value('kinpass_adobe_breaker_open'),
    };
  };
  const tv = t.device('tv');
  await tv.register();
  expect((await tv.profiles()).status).toBe(200);
  expect(await state()).toEqual({ givenUp: 0, open: 0 });

  await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'status', status: 503 } });
  // No more than five failures count of one address.
  const addresses = Array.from({ length: 6 }, (_, index) => `198.51.100.${index}`);
  const tvs = addresses.map((address) => t.device('tv', { id: address, address }));
  for (const one of tvs) await one.register();
  await Promise.all(tvs.flatMap((one) => Array.from({ length: 5 }, () => one.profiles())));
  const { givenUp, open } = await state();
  expect(open).toBe(1);
  // At most thirty failed, each gave up once, and ten repeats were there to begin with.
  expect(givenUp).toBeGreaterThan(0);
  expect(givenUp).toBeLessThanOrEqual(20);

  await t.reconfigure({ adobe: { throttle, timeout: '9s' }, ...passThrough });
  expect(await state()).toEqual({ givenUp, open: 0 });
});
