import type { Faults } from '#src/faults/faults';
import type { Clock } from '#src/lib/clock';
import type { Scenario, ScenarioStep } from './scenario.ts';

type StepDegradation = ScenarioStep['degrade'][number];

/** What a step can do besides injecting faults. */
interface ScenarioActions {
  rotateKeys(party: string): Promise<void>;
  degrade(rule: StepDegradation): void;
  endDegradation(scope: Pick<StepDegradation, 'mvpd' | 'serviceProvider'>): void;
}

interface Deps {
  readonly clock: Clock;
  readonly faults: Pick<Faults, 'add' | 'removeOf'>;
  readonly actions: ScenarioActions;
  readonly changed: () => void;
}

export interface RunningScenario {
  readonly name: string;
  readonly title: string;
  /** ISO 8601, simulated time. */
  readonly startedAt: string;
  readonly endsAt: string | null;
  /** Messages so far, including errors. */
  readonly said: readonly { readonly at: string; readonly text: string }[];
  readonly stepsLeft: number;
}

interface Run {
  readonly scenario: Scenario;
  readonly startedAt: number;
  readonly stop: AbortController;
  readonly said: { at: string; text: string }[];
  degraded: StepDegradation[];
  stepsLeft: number;
}

const iso = (at: number): string => new Date(at).toISOString();

const view = ({ scenario: { name, title, lasts }, startedAt, said, stepsLeft }: Run): RunningScenario => ({
  name,
  title,
  stepsLeft,
  said: [...said],
  startedAt: iso(startedAt),
  endsAt: lasts === undefined ? null : iso(startedAt + lasts),
});

/** Runs one step, and undoes them all. */
const createPlayer = ({ clock, faults, actions }: Deps) => {
  const restore = (run: Run): void => {
    for (const { mvpd, serviceProvider } of run.degraded) actions.endDegradation({ mvpd, serviceProvider });
    run.degraded = [];
  };
  return {
    play: async (run: Run, step: ScenarioStep): Promise<void> => {
      const { scenario, said } = run;
      if (step.say !== undefined) said.push({ at: iso(clock.now()), text: step.say });
      if (step.restore) restore(run);
      for (const rule of step.degrade) {
        actions.degrade(rule);
        run.degraded.push(rule);
      }
      if (step.end.length > 0) faults.removeOf(scenario.name, step.end);
      for (const rule of step.faults) faults.add(rule, { scenario: scenario.name });
      for (const party of step.rotateKeys) await actions.rotateKeys(party);
    },
    undo: (run: Run): void => {
      faults.removeOf(run.scenario.name);
      restore(run);
    },
  };
};

/** Runs scenarios in simulated time. Starting a running scenario restarts it. */
export const createScenarios = (deps: Deps) => {
  const { clock, changed } = deps;
  const runs = new Map<string, Run>();
  const { play, undo } = createPlayer(deps);

  const stop = (name: string): boolean => {
    const run = runs.get(name);
    if (!run) return false;
    run.stop.abort();
    runs.delete(name);
    undo(run);
    changed();
    return true;
  };

  const waitUntil = (run: Run, at: number): Promise<void> =>
    clock.wait(Math.max(0, run.startedAt + at - clock.now()), run.stop.signal);

  const runRemaining = async (run: Run, steps: readonly ScenarioStep[]): Promise<void> => {
    for (const step of steps) {
      await waitUntil(run, step.at);
      await play(run, step);
      run.stepsLeft -= 1;
      changed();
    }
    if (run.scenario.lasts === undefined) return;
    await waitUntil(run, run.scenario.lasts);
    stop(run.scenario.name);
  };

  return {
    /** Resolves once the steps at time 0 are done. */
    start: async (scenario: Scenario): Promise<RunningScenario> => {
      stop(scenario.name);
      const steps = scenario.steps.toSorted((a, b) => a.at - b.at);
      const run: Run = {
        scenario,
        startedAt: clock.now(),
        stop: new AbortController(),
        said: [],
        degraded: [],
        stepsLeft: steps.length,
      };
      runs.set(scenario.name, run);
      const first = steps.filter(({ at }) => at === 0);
      try {
        for (const step of first) await play(run, step);
      } catch (error) {
        stop(scenario.name);
        throw error;
      }
      run.stepsLeft -= first.length;
      changed();
      runRemaining(run, steps.slice(first.length)).catch((error: unknown) => {
        if (run.stop.signal.aborted) return;
        run.said.push({ at: iso(clock.now()), text: error instanceof Error ? error.message : String(error) });
        changed();
      });
      return view(run);
    },
    /** Undoes its effects; returns whether it was running. */
    stop,
    stopAll: (): void => {
      for (const name of [...runs.keys()]) stop(name);
    },
    running: (): RunningScenario[] => [...runs.values()].map(view),
  };
};

export type Scenarios = ReturnType<typeof createScenarios>;
