/**
 * Control over the simulated world: what reached the parties, faults, scenarios, time, tokens as an SDK would hand
 * them out, keys. Tests call it in the process, `routes.ts` serves it under `/_control`, the world page has buttons
 * for it. It owns no state of its own and refuses to behave for any party.
 */

import { type FaultOrderInput, faultOrderSchema } from '#src/fault-order';
import type { Faults, StandingFault } from '#src/faults';
import type { Fixtures } from '#src/fixtures';
import type { JsonObject } from '#src/lib/json';
import type { RecordedRequest, Recording } from '#src/recording';
import { findScenario, shippedScenarios } from '#src/scenarios/files';
import type { RunningScenario, Scenarios } from '#src/scenarios/run';
import { type Scenario, type ScenarioInput, scenarioSchema } from '#src/scenarios/scenario';
import type { WorldClock } from '#src/world-clock';
import type { DegradationControl } from './degradation-control.ts';
import type { OutageControl } from './outages.ts';
import type { TokenControl } from './tokens.ts';

export interface FaultControl {
  /** Throws ZodError, naming every member at fault. */
  add(order: FaultOrderInput): StandingFault;
  list(): StandingFault[];
  /** By id or name; how many those were. */
  remove(which: string): number;
  clear(): void;
}

export interface ScenarioControl {
  /** Those that come with the package. */
  shipped(): Promise<Scenario[]>;
  running(): RunningScenario[];
  /** By name, by file, or told outright. Errors: config_invalid, ZodError. */
  start(scenario: string | ScenarioInput): Promise<RunningScenario>;
  /** Whether it ran. */
  stop(name: string): boolean;
}

export interface Control extends TokenControl, DegradationControl, OutageControl {
  /** What reached any party, oldest first; the last 5000 unless told how many. */
  requests(last?: number): RecordedRequest[];
  clearRequests(): void;
  readonly faults: FaultControl;
  readonly scenarios: ScenarioControl;
  /** The world's time, milliseconds since 1970. */
  now(): number;
  /** How far the world is ahead of the machine, milliseconds. */
  ahead(): number;
  /** Moves the world on. Clients stay in the machine's time. Throws RangeError for a way back. */
  advance(ms: number): void;
  fixtures(): Fixtures;
  /** Hands a public key (JWK or PEM) to Adobe; with an issuer it counts for that `iss` alone. Throws TypeError. */
  trustServiceTokenKey(key: JsonObject | string, issuer?: string): void;
  /** PEM; verifies the media tokens. */
  mediaTokenKey(): Promise<string>;
  /** Back to the fixtures and to the machine's time: nobody is signed in, nothing fails, nothing is recorded. */
  reset(): void;
}

interface Deps
  extends TokenControl,
    DegradationControl,
    OutageControl,
    Pick<Control, 'trustServiceTokenKey' | 'mediaTokenKey' | 'reset'> {
  readonly recording: Recording;
  readonly faults: Faults;
  readonly scenarios: Scenarios;
  readonly clock: WorldClock;
  readonly fixtures: Fixtures;
  /** The world is at another time, with all that follows. */
  readonly travelled: () => void;
}

export const createControl = (deps: Deps): Control => {
  const { recording, faults, scenarios, clock, fixtures, travelled } = deps;
  const { idToken, accessToken, rotateKeys, trustServiceTokenKey, mediaTokenKey, reset } = deps;
  const { degrade, endDegradation, degradations, startOutage, endOutage, outages } = deps;
  return {
    idToken,
    accessToken,
    rotateKeys,
    trustServiceTokenKey,
    mediaTokenKey,
    reset,
    degrade,
    endDegradation,
    degradations,
    startOutage,
    endOutage,
    outages,
    requests: recording.list,
    clearRequests: recording.clear,
    faults: {
      add: (order) => faults.add(faultOrderSchema.parse(order)),
      list: faults.list,
      remove: faults.remove,
      clear: faults.clear,
    },
    scenarios: {
      shipped: shippedScenarios,
      running: scenarios.running,
      start: async (scenario) =>
        scenarios.start(
          typeof scenario === 'string' ? await findScenario(scenario) : scenarioSchema.parse(scenario),
        ),
      stop: scenarios.stop,
    },
    now: clock.now,
    ahead: () => clock.ahead,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError('the world goes forward only');
      clock.advance(ms);
      travelled();
    },
    fixtures: () => fixtures,
  };
};
