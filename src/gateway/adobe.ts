import { isDeepStrictEqual } from 'node:util';
import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import { allowancesIn } from '#src/adobe-pass/environment-allowances';
import { joinEnvironments } from '#src/adobe-pass/environments';
import type { AdobeCallEvent } from '#src/adobe-pass/exchange';
import { type Environment, environmentsOf } from '#src/config/environments';
import type { Config } from '#src/config/schema';
import { noteAttempts } from '#src/observability/note-attempts';
import type { Runtime } from './runtime.ts';

export interface Predecessor {
  readonly config: Config;
  readonly adobe: AdobePass;
}

/** The Adobe client outlives a change of other settings, with its connections and whoever waits for the rate limiter. */
export const openAdobe = (config: Config, runtime: Runtime, predecessor?: Predecessor): AdobePass => {
  if (predecessor && isSame(predecessor.config, config)) return predecessor.adobe;
  return joinEnvironments(environmentsOf(config), (environment) => openClient(config, runtime, environment));
};

/** Connections, rate limits, retry budget and circuit breakers of one environment. */
const openClient = (
  { adobe, caches }: Config,
  { stores, lock, softState, clock, metrics, log }: Runtime,
  { id: environment, origin }: Environment,
): AdobePass =>
  createAdobePass({
    settings: { ...adobe, origin },
    records: stores.records,
    lock,
    allowances: allowancesIn(environment, softState.allowances),
    clock,
    maxTokens: caches.tokens,
    observe: noteAttempts<AdobeCallEvent>(metrics.adobeCalled),
    budgetExhausted: metrics.adobeRetryBudgetExhausted,
    breakerTurned: ({ isOpen, ...calls }) => {
      const fields = { environment, ...calls };
      if (isOpen) log.warn(fields, 'Adobe Pass is failing: circuit breaker open');
      else log.info(fields, 'Adobe Pass answers again: circuit breaker closed');
    },
  });

/** Whether the same client serves both. */
export const isSame = (a: Config, b: Config): boolean => isDeepStrictEqual(settingsOf(a), settingsOf(b));

const settingsOf = (config: Config) => ({
  ...config.adobe,
  environments: environmentsOf(config).map(({ id, origin }) => [id, origin]),
});
