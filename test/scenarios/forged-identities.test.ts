import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signInWith } from '#src/cli/story/viewer';
import { flawNames } from '#src/simulator/flaws';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.control.clearFaults());

/** Where the phone's browser ends after it signed in at the provider. */
const signIn = async (provider: 'dtc' | 'google'): Promise<{ status: number; url: string }> => {
  const browser = t.walker();
  await browser.open((await t.device('phone').signIn.authorize()).url);
  const { status, url } = await signInWith(browser, provider, t.user('ana'));
  return { status, url: String(url) };
};

const flaws = flawNames.filter((name) => name.startsWith('id-token/'));

test.each(flaws)('%s: the gateway lets nobody in', async (flaw) => {
  for (const provider of ['dtc', 'google'] as const) {
    await t.control.fault({
      match: { party: provider, operation: 'token' },
      times: 1,
      fault: { kind: 'flaw', flaw },
    });
    const { status, url } = await signIn(provider);
    expect([status, new URL(url).origin]).toEqual([401, t.origin]);
    expect(t.simulator.control.faults.list().at(-1)).toMatchObject({ met: 1 });
  }
});

test('while the key set lags behind a rotation, nobody comes in', async () => {
  await t.signIn(t.device('phone'), 'ana', 'google');
  await t.simulator.control.rotateKeys('google');
  await t.control.fault({
    match: { party: 'google', operation: 'jwks' },
    fault: { kind: 'flaw', flaw: 'keys/stale' },
  });
  expect((await signIn('google')).status).toBeGreaterThanOrEqual(400);
});
