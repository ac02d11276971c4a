import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createSwitches } from './adobe-pass/switches.ts';
import { createDegradationControl } from './control/degradations.ts';
import { createOutageControl } from './control/outages.ts';
import { createTokenControl } from './control/tokens.ts';
import { createFaults } from './faults.ts';
import { defaultFixtures, type Fixtures } from './fixtures.ts';
import { createFlaws } from './flaws.ts';
import { createThrottleGate } from './gate.ts';
import type { IdentityParty } from './identity/identity-party.ts';
import type { Parties } from './parties.ts';
import type { Party } from './party.ts';
import { createPulse } from './pulse.ts';
import { createRecording } from './recording.ts';
import { createScenarios } from './scenarios/run.ts';
import { createSeededIds } from './seeded.ts';
import { createServiceTokens } from './service-tokens.ts';
import type { SimulatorOptions } from './simulator.ts';
import { throttlePolicyOf } from './throttle.ts';
import { createWorldClock } from './world-clock.ts';
import { fixturesOf } from './world-file/complete.ts';
import { readWorld } from './world-file/read.ts';
import { createWorldState } from './world-state.ts';

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
    bendAssertion: (mvpd, bend) => parties()?.mvpd.control.bendAssertions(mvpd, bend, 1),
    bendAnswer: (mvpd, bend) => parties()?.mvpd.control.bendAnswers(mvpd, bend, 1),
  });
  return {
    ...{ fixtures, clock, ids, pulse, recording, faults, throttleGate, serviceTokens, all, kept },
    ...{ identityParty, partial, scenarios, flaws, switches },
  };
};

export type Ground = ReturnType<typeof createGround>;
