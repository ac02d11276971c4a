import { partyFaultNames } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { signInWith } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearFaults());

/** Where the phone's browser ends after it signed in at the provider: at its app, or on a page of the gateway. */
const signIn = async (provider: 'dtc' | 'google', world = t): Promise<{ status: number; isIn: boolean }> => {
  const phone = world.device('phone');
  const browser = createBrowser({ address: '198.51.100.99', stopsAt: phone.app.redirectUris });
  await browser.open((await phone.signIn.authorize()).url);
  const { status, url } = await signInWith(browser, provider, world.user('ana'));
  return { status, isIn: phone.app.redirectUris.some((uri) => String(url).startsWith(uri)) };
};

test('what is well is let in', async () => {
  for (const provider of ['dtc', 'google'] as const)
    expect(await signIn(provider)).toMatchObject({ isIn: true });
});

const flaws = partyFaultNames.filter((name) => name.startsWith('id-token/'));

test.each(flaws)('%s: the gateway lets nobody in', async (flaw) => {
  for (const provider of ['dtc', 'google'] as const) {
    await t.control.fault({
      match: { party: provider, operation: 'token' },
      times: 1,
      fault: { kind: 'flaw', flaw },
    });
    expect(await signIn(provider)).toEqual({ status: 401, isIn: false });
    expect(t.simulator.control.faults.list().at(-1)).toMatchObject({ met: 1 });
  }
});

test('while the key set lags behind a rotation, nobody comes in', async () => {
  const clock = createManualClock(systemClock.now());
  await using own = await startGateway({ overrides: { clock } });
  const { control } = own.simulator;
  expect(await signIn('google', own)).toMatchObject({ isIn: true });
  await control.rotateKeys('google');
  const match = { party: 'google', operation: 'jwks' } as const;
  control.faults.add({ match, fault: { kind: 'flaw', flaw: 'keys/stale' } });
  expect(await signIn('google', own)).toEqual({ status: 401, isIn: false });

  control.faults.clear();
  await clock.advance(5_000); // an unknown key is asked for again no sooner
  expect(await signIn('google', own)).toMatchObject({ isIn: true });
});
