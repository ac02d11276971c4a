import type { Metrics, Snapshot } from '#src/observability/metrics';
import type { ProviderState } from '#src/observability/provider-health';
import type { Stores } from '#src/stores/ports';

export type ProviderStates = Readonly<Record<string, ProviderState>>;

/** What one process knows that operators are told of all together. */
export interface Report {
  /** Rejects if the process cannot serve. */
  check(): Promise<void>;
  metrics(): Promise<Snapshot>;
  providers(): ProviderStates;
}

/** The workers of a primary. */
export interface Workers {
  /** Rejects while one of them cannot serve. */
  check(): Promise<void>;
  metrics(): Promise<readonly Snapshot[]>;
  providers(): Promise<readonly ProviderStates[]>;
}

interface Deps {
  readonly stores: Pick<Stores, 'ping'>;
  readonly metrics: Pick<Metrics, 'snapshot'>;
  readonly providerHealth: { states(): ProviderStates };
}

export const createReport = ({ stores, metrics, providerHealth }: Deps): Report => ({
  check: stores.ping,
  metrics: metrics.snapshot,
  providers: providerHealth.states,
});
