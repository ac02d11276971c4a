import { createSwitches } from '#src/adobe-pass/switches';
import { createDegradationControl } from '#src/control/degradations';
import { createOutageControl } from '#src/control/outages';
import { createTokenControl } from '#src/control/tokens';
import { createFaults } from '#src/faults';
import { defaultFixtures, type Fixtures } from '#src/fixtures';
import { createFlaws } from '#src/flaws';
import { createThrottleGate } from '#src/gate';
import type { IdentityParty } from '#src/identity/identity-party';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Parties } from '#src/parties';
import type { Party } from '#src/party';
import { createPulse } from '#src/pulse';
import { createRecording } from '#src/recording';
import { createScenarios } from '#src/scenarios/run';
import { createSeededIds } from '#src/seeded';
import { createServiceTokens } from '#src/service-tokens';
import type { SimulatorOptions } from '#src/simulator';
import { throttlePolicyOf } from '#src/throttle';
import { createWorldClock } from '#src/world-clock';
import { fixturesOf } from '#src/world-file/complete';
import { readWorld } from '#src/world-file/read';
import { createWorldState } from '#src/world-state';

export const fixturesFor = async ({ fixtures, world }: SimulatorOptions): Promise<Fixtures> => {
  if (fixtures) return fixtures;
  if (world === undefined) return defaultFixtures;
  return typeof world === 'string' ? readWorld(world) : fixturesOf(world);
};

/** What there is before any party: time, randomness, the record, what is to go wrong, what is to be kept. */
export const createGround = (
  options: SimulatorOptions,
  fixtures: Fixtures,
  parties: () => Parties | undefined,
) => {
  const { seed } = options;
  const clock = createWorldClock(options.clock ?? systemClock);
  const seeded = seed === undefined ? null : createSeededIds(seed);
  const ids = seeded ?? options.ids ?? systemIds;
  const pulse = createPulse();
  const recording = createRecording({ changed: pulse.beat });
  const faults = createFaults({ clock, seed: seed ?? ids.secret(9), changed: pulse.beat });
  const switches = createSwitches(options.switches);
  const throttlePolicy = () =>
    options.throttle === undefined ? throttlePolicyOf(switches.now.throttle) : options.throttle;
  const throttleGate = createThrottleGate(throttlePolicy, clock);
  const serviceTokens = createServiceTokens({ clock, switches });
  const all = (): Party[] => Object.values(parties() ?? {});
  const kept = createWorldState({ file: options.stateFile, parties: all, serviceTokens, clock, seeded });
  const identityParty = (name: string): IdentityParty | undefined =>
    name === 'adobe' || name === 'mvpd' ? undefined : parties()?.[name as 'dtc'];
  const tokens = createTokenControl(identityParty, fixtures);
  const degradations = createDegradationControl(() => parties()?.adobe.inside, fixtures);
  const actions = { ...tokens, ...degradations };
  const scenarios = createScenarios({ clock, faults, actions, changed: pulse.beat });
  const partial = { ...actions, ...createOutageControl(faults, fixtures) };
  const flaws = createFlaws({
    fixtures,
    idTokenOf: (party, order) => identityParty(party)?.mintIdToken(order),
    bendAssertion: (mvpd, bend) => parties()?.mvpd.control.injectAssertionFault(mvpd, bend, 1),
    bendAnswer: (mvpd, bend) => parties()?.mvpd.control.injectAuthorizationFault(mvpd, bend, 1),
  });
  return {
    fixtures,
    clock,
    ids,
    pulse,
    recording,
    faults,
    throttleGate,
    serviceTokens,
    all,
    kept,
    identityParty,
    partial,
    scenarios,
    flaws,
    switches,
  };
};

export type Ground = ReturnType<typeof createGround>;
