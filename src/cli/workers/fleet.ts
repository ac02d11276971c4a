/**
 * Several processes that serve one public listener. This folder owns them and what they tell each other: start, settings,
 * keys, end. The primary serves operators. It must not decide anything that a gateway decides.
 */
import type { Config } from '#src/config/schema';
import type { ProviderStates, Workers } from '#src/gateway/report';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { createMeasurements } from './measurements.ts';
import { createSlots, type SlotDeps } from './slots.ts';

export interface Fleet extends Workers {
  /** Starts all workers. Errors: those of the first that does not start. */
  start(config: Config): Promise<void>;
  /** All use these settings from now on, and so does the primary, or none does. Errors: as `Gateway.compose`; worker_failed. */
  apply(config: Config, alongside: () => void): Promise<void>;
  reloadKeys(): void;
  /** Their connections end with the responses that they carry. */
  drain(): void;
  /** Ends all of them: each hands over who waits, and lets requests run for `grace` milliseconds. */
  stop(grace: number): Promise<void>;
}

/** Milliseconds that a worker may take to say how it is. */
const maxReport = 1_000;

export const createFleet = (deps: SlotDeps): Fleet => {
  const { workers } = deps;
  const measurements = createMeasurements();
  let current: Config | undefined;
  const settings = () => {
    if (!current) throw fail('worker_failed', { detail: 'there are no settings yet' });
    return current;
  };
  const slots = createSlots({ ...deps, settings, ended: measurements.ended });
  const peers = () => [...slots.ready().values()].map(({ peer }) => peer);

  const apply: Fleet['apply'] = async (config, alongside) => {
    const all = [...slots.ready().values()];
    const composed = all.map(({ order }) => order('settings.compose', config as unknown as Json));
    const refused = (await Promise.allSettled(composed)).find(({ status }) => status === 'rejected');
    if (refused?.status === 'rejected') {
      for (const { peer } of all) peer.tell('settings.discard', null);
      throw refused.reason;
    }
    current = config;
    alongside();
    await Promise.allSettled(all.map(({ order }) => order('settings.use', null)));
  };

  return {
    start: (config) => {
      current = config;
      return slots.start();
    },
    apply: (config, alongside) => slots.inTurn(() => apply(config, alongside)),
    reloadKeys: () => {
      for (const peer of peers()) peer.tell('keys.reload', null);
    },
    drain: () => {
      for (const peer of peers()) peer.tell('drain', null);
    },
    stop: slots.stop,
    check: async () => {
      const all = peers();
      if (all.length < workers)
        throw fail('gateway_unavailable', { detail: `${all.length} of ${workers} workers serve` });
      await Promise.all(all.map((peer) => peer.ask('report.check', null, maxReport)));
    },
    metrics: async () => {
      const asked = [...slots.ready()].map(async ([worker, { peer }]) => {
        measurements.keep(worker, await peer.ask('report.metrics', null, maxReport));
      });
      await Promise.allSettled(asked);
      return measurements.all();
    },
    providers: async () => {
      const asked = peers().map((peer) => peer.ask('report.providers', null, maxReport));
      const states = await Promise.allSettled(asked);
      return states.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? [outcome.value as unknown as ProviderStates] : [],
      );
    },
  };
};
