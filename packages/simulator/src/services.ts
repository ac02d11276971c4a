import { createSwitches } from '#src/adobe-pass/switches';
import { createChangeFeed } from '#src/change-feed';
import { createFaults } from '#src/faults/faults';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { SimulatorOptions } from '#src/options';
import { createRecording } from '#src/recording';
import { createSeededIds } from '#src/seeded';
import { createServiceTokens } from '#src/service-tokens';
import { throttlePolicyOf } from '#src/throttle';
import { createThrottleGate } from '#src/throttle-gate';
import { createWorldClock } from '#src/world-clock';

/** What exists before any party: time, randomness, the request log, injected faults and Adobe's rate limit. */
export const createServices = (options: SimulatorOptions) => {
  const { seed } = options;
  const clock = createWorldClock(options.clock ?? systemClock);
  const seededIds = seed === undefined ? null : createSeededIds(seed);
  const ids = seededIds ?? options.ids ?? systemIds;
  const activity = createChangeFeed();
  const switches = createSwitches(options.switches);
  const throttlePolicy = () =>
    options.throttle === undefined ? throttlePolicyOf(switches.now.throttle) : options.throttle;
  return {
    clock,
    ids,
    seededIds,
    /** Anything that the world page shows: requests, faults, state. */
    activity,
    switches,
    recording: createRecording({ changed: activity.notify }),
    faults: createFaults({ clock, seed: seed ?? ids.secret(9), changed: activity.notify }),
    throttleGate: createThrottleGate({
      currentPolicy: throttlePolicy,
      forwardsRegistrations: () => switches.now.registrationAddress === 'forwarded',
      clock,
    }),
    serviceTokens: createServiceTokens({ clock, switches }),
  };
};

export type Services = ReturnType<typeof createServices>;
