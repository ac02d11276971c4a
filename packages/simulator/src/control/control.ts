/**
 * Control of the simulated world: request log, fault injection, scenarios, time, tokens as an SDK would return them, keys.
 * Tests call it in the process, `routes.ts` serves it under `/_control`, the world page has buttons for it. This folder
 * holds no state and must not implement any party's behavior.
 */
import { type FaultRuleInput, faultRuleSchema } from '#src/faults/fault-schema';
import type { ActiveFault, Faults } from '#src/faults/faults';
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
  /** Injects a fault. Throws ZodError, naming every invalid member. */
  add(rule: FaultRuleInput): ActiveFault;
  list(): ActiveFault[];
  /** By id or name; returns how many were removed. */
  remove(idOrName: string): number;
  clear(): void;
}

export interface ScenarioControl {
  /** The scenarios that come with the package. */
  shipped(): Promise<Scenario[]>;
  running(): RunningScenario[];
  /** By name, by file, or inline. Errors: config_invalid, ZodError. */
  start(scenario: string | ScenarioInput): Promise<RunningScenario>;
  /** Returns whether it was running. */
  stop(name: string): boolean;
}

export interface Control extends TokenControl, DegradationControl, OutageControl {
  /** The latest requests to any party, oldest first; `last` is at most 5000, which is the default. */
  requests(last?: number): RecordedRequest[];
  clearRequests(): void;
  readonly faults: FaultControl;
  readonly scenarios: ScenarioControl;
  /** Simulated time, milliseconds since 1970. */
  now(): number;
  /** Milliseconds that the simulated clock is ahead of the real one. */
  ahead(): number;
  /** Advances the simulated clock. Clients stay in real time. Throws RangeError for a negative value. */
  advance(ms: number): void;
  fixtures(): Fixtures;
  /** Registers a public key (JWK or PEM) with Adobe; with an issuer, for that `iss` only. Throws TypeError. */
  trustServiceTokenKey(key: JsonObject | string, issuer?: string): void;
  /** PEM; verifies media tokens. */
  mediaTokenKey(): Promise<string>;
  /** Restores the fixtures and real time; ends all sessions, clears all faults and the request log. */
  reset(): void;
}

interface Deps extends Pick<Control, 'trustServiceTokenKey' | 'mediaTokenKey' | 'reset'> {
  readonly recording: Pick<Recording, 'list' | 'clear'>;
  readonly faults: Faults;
  readonly scenarios: Scenarios;
  readonly clock: WorldClock;
  readonly fixtures: Fixtures;
  readonly tokens: TokenControl;
  readonly degradations: DegradationControl;
  readonly outages: OutageControl;
  readonly timeChanged: () => void;
}

export const createControl = (deps: Deps): Control => {
  const { recording, faults, scenarios, clock, fixtures, tokens, degradations, outages, timeChanged } = deps;
  return {
    idToken: tokens.idToken,
    accessToken: tokens.accessToken,
    rotateKeys: tokens.rotateKeys,
    degrade: degradations.degrade,
    endDegradation: degradations.endDegradation,
    degradations: degradations.degradations,
    startOutage: outages.startOutage,
    endOutage: outages.endOutage,
    outages: outages.outages,
    trustServiceTokenKey: deps.trustServiceTokenKey,
    mediaTokenKey: deps.mediaTokenKey,
    reset: deps.reset,
    requests: recording.list,
    clearRequests: recording.clear,
    faults: {
      add: (rule) => faults.add(faultRuleSchema.parse(rule)),
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
      if (!(ms >= 0)) throw new RangeError('the simulated clock cannot go back');
      clock.advance(ms);
      timeChanged();
    },
    fixtures: () => fixtures,
  };
};
