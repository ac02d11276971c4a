import { setTimeout } from 'node:timers/promises';
import type { FaultRuleInput } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { approveDevice } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { createWatch, ownProfiles, refreshing, right, untilRight, wrong } from './world/watch.ts';

/** The provider's back end, not its pages, which the viewer's browser opens. */
const outages: Readonly<Record<string, FaultRuleInput['fault']>> = {
  'answers 503': { kind: 'status', status: 503 },
  'resets connections': { kind: 'reset' },
  'never answers': { kind: 'hang' },
};

const servers = ['token', 'jwks'] as const;

/** A new sign-in, which succeeds or ends with an error page of the gateway; resolves to the status of the page. */
const signIn = async (world: Gateways): Promise<{ isDone: boolean; status: number; text: string }> => {
  const tv = world.device();
  const code = await tv.signIn.requestDeviceCode();
  const user = world.simulator.fixtures.users[0];
  if (!user) throw new Error('the simulated world has no users');
  const browser = createBrowser({ address: tv.address });
  const isDone = await approveDevice(browser, code.verificationUriComplete, { provider: 'dtc', user }).then(
    () => true,
    () => false,
  );
  const { status, text } = browser.page;
  return { isDone, status, text };
};

/** Signed-in viewers notice nothing; a viewer who signs in is told at once that the service is not responding. */
export const providerAway: Fault = {
  id: 'E22',
  name: 'token endpoint and keys of an identity provider down for a minute: 503, resets, no answer',
  within: 5_000,
  run: async (size) => {
    await using world = await startGateways();
    const { faults } = world.simulator.control;
    const asks = [
      await ownProfiles(await world.withProfile('ana')),
      refreshing(await world.withProfile('ben')),
    ];
    const sessions = createWatch({ excuses: false });
    const watch = createWatch();
    const measures: Measure[] = [];
    let recovery = 0;
    for (const [what, fault] of Object.entries(outages).slice(0, size === 'short' ? 1 : undefined)) {
      for (const operation of servers) faults.add({ match: { party: 'dtc', operation }, fault });
      const load = sessions.steadily(asks, 50);
      watch.planted();
      const until = systemClock.monotonic() + (size === 'short' ? 0 : 20_000);
      let slowest = 0;
      do {
        const began = systemClock.monotonic();
        await watch.ask(async () => {
          const { status, text } = await signIn(world);
          return status === 503 && /not responding/.test(text)
            ? { is: 'refused', text }
            : wrong(`${what}: ${status} ${text.slice(0, 200)}`);
        });
        slowest = Math.max(slowest, systemClock.monotonic() - began);
        if (size === 'whole') await setTimeout(1_000);
      } while (systemClock.monotonic() < until);
      faults.clear();
      watch.removed();
      recovery = Math.max(
        recovery,
        await untilRight(async () => {
          const { isDone, text } = await signIn(world);
          return isDone ? right : wrong(text);
        }),
      );
      await load.stop();
      measures.push({ what: `longest sign-in: ${what}`, value: slowest, most: 10_000, unit: 'ms' });
    }
    const [held, tried] = [sessions.figures(), watch.figures()];
    return {
      requests: held.requests + tried.requests,
      wrong: held.wrong + tried.wrong,
      lost: held.lost + tried.lost,
      recovery,
      measures,
      examples: [...held.examples, ...tried.examples],
    };
  },
};
