import type { ChangeFeed } from '#src/change-feed';
import type { Faults } from '#src/faults/faults';
import type { Fixtures } from '#src/fixtures';
import { allParties, findIdentityParty, type Parties } from '#src/parties';
import type { Recording } from '#src/recording';
import { createScenarios } from '#src/scenarios/run';
import type { ServiceTokens } from '#src/service-tokens';
import type { ThrottleGate } from '#src/throttle-gate';
import type { WorldClock } from '#src/world-clock';
import { type Control, createControl } from './control.ts';
import { createDegradationControl } from './degradations.ts';
import { createOutageControl } from './outages.ts';
import { createTokenControl } from './tokens.ts';

interface Deps {
  readonly parties: Parties;
  readonly fixtures: Fixtures;
  readonly clock: WorldClock;
  readonly recording: Recording;
  readonly faults: Faults;
  readonly throttleGate: Pick<ThrottleGate, 'reset'>;
  readonly switches: { reset(): void };
  readonly serviceTokens: Pick<ServiceTokens, 'trust'>;
  /** Notified of what an observer can see. */
  readonly activity: Pick<ChangeFeed, 'notify'>;
  /** Notified of what is written to the state file. */
  readonly stateChanges: Pick<ChangeFeed, 'notify'>;
}

/** Control over one running world, and what ends its scenarios. */
export const createWorldControl = (deps: Deps): { control: Control; stopScenarios(): void } => {
  const { parties, fixtures, clock, recording, faults, serviceTokens, activity, stateChanges } = deps;
  const tokens = createTokenControl((name) => findIdentityParty(parties.identities, name), fixtures);
  const degradations = createDegradationControl(parties.adobe.controls, fixtures);
  const scenarios = createScenarios({
    clock,
    faults,
    actions: {
      rotateKeys: tokens.rotateKeys,
      degrade: degradations.degrade,
      endDegradation: degradations.endDegradation,
    },
    changed: activity.notify,
  });
  const control = createControl({
    recording,
    faults,
    scenarios,
    clock,
    fixtures,
    tokens,
    degradations,
    outages: createOutageControl(faults, fixtures),
    timeChanged: stateChanges.notify,
    trustServiceTokenKey: (key, issuer) => {
      serviceTokens.trust(key, issuer ?? null);
      stateChanges.notify();
    },
    mediaTokenKey: parties.adobe.mediaTokenKey,
    reset: () => {
      scenarios.stopAll();
      clock.set(0);
      recording.clear();
      faults.clear();
      deps.throttleGate.reset();
      deps.switches.reset();
      for (const party of Object.values(allParties(parties))) party.reset();
    },
  });
  return { control, stopScenarios: scenarios.stopAll };
};
