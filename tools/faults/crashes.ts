import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';
import { childrenOf, isAlive } from '../../test/support/start-workers.ts';
import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { type Ask, createWatch, ownProfiles, refreshing, right, untilRight } from './world/watch.ts';

const preload = join(import.meta.dirname, 'preload/crash.ts');

interface Crash {
  readonly what: string;
  readonly signal: NodeJS.Signals;
  readonly env: Record<string, string>;
}

const crashes: readonly Crash[] = [
  { what: 'killed', signal: 'SIGKILL', env: {} },
  { what: 'unhandled rejection', signal: 'SIGUSR2', env: { FAULTS_CRASH: 'rejection' } },
  { what: 'uncaught exception', signal: 'SIGUSR2', env: { FAULTS_CRASH: 'exception' } },
  {
    what: 'out of memory at 256 MB',
    signal: 'SIGUSR2',
    env: { FAULTS_CRASH: 'memory', FAULTS_HEAP: '--max-old-space-size=256' },
  },
];

/**
 * Milliseconds: the workers end in turn, so the third end is the second of the same worker, which then starts after a pause
 * (src/cli/workers/slots.ts).
 */
const pauses = [0, 0, 500];

/** An app that retries until it succeeds, on a new connection each time. */
const persistent =
  (ask: Ask): Ask =>
  async () => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const outcome = await ask().catch(() => undefined);
      if (outcome) return outcome;
      await setTimeout(20);
    }
    return ask();
  };

/** A worker that ends is replaced, the other one keeps serving, and a write in progress is stored completely or not at all. */
const plant = async ({ what, signal, env }: Crash, times: number) => {
  const { FAULTS_HEAP: heap = '', ...given } = env;
  await using world = await startGateways({
    args: ['--workers', '2'],
    env: () => ({ ...given, NODE_OPTIONS: `--import ${preload} ${heap}`.trim() }),
  });
  const [tv, other] = [await world.withProfile('ana'), await world.withProfile('ben')];
  const read = await ownProfiles(tv);
  const watch = createWatch();
  const load = watch.steadily([persistent(read), persistent(refreshing(other))], 10);
  const primary = world.node(0).pid;
  const workers = () => childrenOf(primary);
  let replacedIn = 0;
  for (let crash = 0; crash < times; crash += 1) {
    const [victim] = workers();
    if (victim === undefined) throw new Error('there is no worker');
    watch.planted();
    process.kill(victim, signal);
    while (isAlive(victim)) await setTimeout(5);
    const died = systemClock.monotonic();
    await untilRight(async () => {
      const { status } = await fetch(`${world.adminOrigins[0]}/readyz`);
      return status === 200 && workers().length === 2 ? right : { is: 'wrong', text: `${status}` };
    });
    replacedIn = Math.max(replacedIn, systemClock.monotonic() - died - (pauses[crash] ?? 0));
    watch.removed();
  }
  await load.stop();
  await watch.ask(refreshing(other));
  const measure: Measure = {
    what: `until a worker is replaced, without the pause before it: ${what}`,
    value: replacedIn,
    most: 2_000,
    unit: 'ms',
  };
  return { figures: watch.figures(), measure };
};

export const crashLoop: Fault = {
  id: 'E25',
  name: 'workers ended repeatedly: killed, unhandled rejection, uncaught exception, out of memory',
  run: async (size) => {
    const total = { requests: 0, wrong: 0, lost: 0, recovery: 0 };
    const measures: Measure[] = [];
    const examples: string[] = [];
    for (const crash of size === 'short' ? crashes.slice(0, 1) : crashes) {
      const { figures, measure } = await plant(crash, size === 'short' ? 1 : 3);
      total.requests += figures.requests;
      total.wrong += figures.wrong;
      total.lost += figures.lost;
      total.recovery = Math.max(total.recovery, measure.value);
      measures.push(measure);
      examples.push(...figures.examples);
    }
    return { ...total, measures, examples };
  },
};
