import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import { measureAnswers } from './answer-metrics.ts';
import { createDatabaseMetrics } from './database-metrics.ts';
import { countDeviceProblems } from './device-metrics.ts';
import { createDurations } from './durations.ts';
import { countUnreadableMetadata } from './metadata-metrics.ts';
import { measureSharedState, type SharedStateMeasure } from './shared-state-metrics.ts';
import { countTraces } from './trace-metrics.ts';
import { measureViewing } from './viewing-metrics.ts';

export interface Metrics {
  requestServed(event: { route: string; status: number; seconds: number }): void;
  adobeCalled(event: { operation: string; status: number | string; ms: number }): void;
  adobeRetryBudgetExhausted(): void;
  wrongCode(event: { codes: string }): void;
  /** `server`: the media server that asked; empty for the gateway's own check. */
  mediaToken(event: { server: string; status: string }): void;
  /** `attribute`: one that the settings name. */
  userMetadataUnreadable(event: { attribute: string }): void;
  /** Counts what keeps Adobe from knowing a device; `problem`: from a small fixed set, as it becomes a label. */
  deviceProblem(app: string, problem: string): void;
  requestShed(event: { urgency: string }): void;
  signedIn(event: { app: string; provider: string }): void;
  identityProviderFailed(event: { provider: string; step: string }): void;
  callerLookedUp(result: CallerLookup): void;
  /** `kind`, `result`: from small fixed sets. */
  answerLookedUp(event: { kind: string; result: string }): void;
  /** `cause`: from a small fixed set. */
  answersDropped(event: { cause: string; count: number }): void;
  /** `type`: of a profile, as REST API V2 lists them. */
  profileFound(event: { app: string; type: string }): void;
  /** `reason`: from a small fixed set, or a code of a rule. */
  denied(reason: string): void;
  /** `result`: from a small fixed set. */
  webhookAsked(result: string): void;
  playedAfter(app: string, ms: number): void;
  /** `result`: from a small fixed set. */
  tracesCounted(event: { result: string; count: number }): void;
  /** `failure`: from a small fixed set, as it becomes a label. */
  storeFailed(failure: string): void;
  /** Observes the connections to a database server. */
  readonly database: ReturnType<typeof createDatabaseMetrics>;
  /** Registers the source of the event loop delay (milliseconds) and of the number of running requests, read at each scrape. */
  load(read: LoadMeasure): void;
  /** Registers where the number of open circuit breakers for calls to Adobe is read at each scrape. */
  adobeBreakers(open: () => number): void;
  /** Registers where the number of lines that the log has lost is read at each scrape. */
  lostLogLines(read: () => number): void;
  /** Registers where the number of callers kept in memory is read at each scrape. */
  knownCallers(read: () => number): void;
  /** Registers where the bytes that answers of Adobe take in memory are read at each scrape. */
  knownAnswers(read: () => number): void;
  /** Registers where the state that nodes share is read at each scrape. */
  sharedState(read: () => SharedStateMeasure): void;
  /** Registers where the state of the signing key is read at each scrape. */
  serviceTokenKeys(read: () => KeyMeasure): void;
  /** Together with the snapshots of other processes. */
  text(others?: readonly Snapshot[]): Promise<string>;
  snapshot(): Promise<Snapshot>;
  readonly contentType: string;
}

/** Whether a caller was found in memory. */
type CallerLookup = 'hit' | 'miss';

export interface LoadMeasure {
  medianDelay(): number;
  running(): number;
}

export interface KeyMeasure {
  /** Whether service tokens can be signed. */
  readonly usable: boolean;
  /** Seconds; absent while no key is active. */
  readonly age?: number;
  /** Seconds: the age at which it should be replaced. */
  readonly ageLimit: number;
}

/** What a process has measured, as data. */
export type Snapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Of several processes. */
export const sumOf = (snapshots: readonly Snapshot[]): Promise<Snapshot> =>
  AggregatorRegistry.aggregate([...snapshots]).getMetricsAsJSON();

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus metrics. Labels are bounded: route and operation names, never paths, devices or subjects. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const served = createDurations(registry, {
    name: 'kinpass_http_request_duration_seconds',
    help: 'Requests served on the public listener',
    labelNames: ['route', 'status'],
    buckets,
  });
  const adobe = createDurations(registry, {
    name: 'kinpass_adobe_request_duration_seconds',
    help: 'Requests sent to Adobe Pass, each attempt',
    labelNames: ['operation', 'status'],
    buckets,
  });
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const budgetExhausted = counter(
    'kinpass_adobe_retry_budget_exhausted_total',
    'Failed calls to Adobe Pass that were not retried because the retry budget was exhausted',
  );
  const signIns = counter('kinpass_sign_ins_total', 'Viewers signed in, by app and identity provider', [
    'app',
    'provider',
  ]);
  const providerFailures = counter(
    'kinpass_identity_provider_failures_total',
    'Sign-ins that failed because of the identity provider or its settings, by provider and step',
    ['provider', 'step'],
  );
  const wrongCodes = counter(
    'kinpass_wrong_codes_total',
    'Codes that were tried and are not known, by kind: alert on many guesses',
    ['codes'],
  );
  const mediaTokens = counter(
    'kinpass_media_tokens_total',
    'Media tokens verified for a media server, or, without one, before apps got them, by result',
    ['server', 'status'],
  );
  const shed = counter(
    'kinpass_requests_shed_total',
    'Requests refused because the process is overloaded, by urgency (poll, other)',
    ['urgency'],
  );
  const storeFailures = counter(
    'kinpass_store_failures_total',
    'Failed operations of the store by reason: alert on any increase',
    ['reason'],
  );
  return {
    requestServed: ({ route, status, seconds }) => served(route, status, seconds),
    adobeCalled: ({ operation, status, ms }) => adobe(operation, status, ms / 1000),
    adobeRetryBudgetExhausted: () => budgetExhausted.inc(),
    wrongCode: (labels) => wrongCodes.inc({ ...labels }),
    mediaToken: (labels) => mediaTokens.inc({ ...labels }),
    userMetadataUnreadable: countUnreadableMetadata(registry),
    signedIn: (labels) => signIns.inc({ ...labels }),
    identityProviderFailed: (labels) => providerFailures.inc({ ...labels }),
    callerLookedUp: countCallerLookups(registry),
    ...measureAnswers(registry),
    ...measureViewing(registry),
    ...countTraces(registry),
    deviceProblem: countDeviceProblems(registry),
    storeFailed: (reason) => storeFailures.inc({ reason }),
    database: createDatabaseMetrics(registry),
    requestShed: (labels) => shed.inc({ ...labels }),
    load: (read) => measureLoad(registry, read),
    adobeBreakers: (open) => measureBreakers(registry, open),
    lostLogLines: (read) => measureLostLines(registry, read),
    knownCallers: (read) => measureKnownCallers(registry, read),
    sharedState: (read) => measureSharedState(registry, read),
    serviceTokenKeys: (read) => measureKeys(registry, read),
    text: async (others = []) =>
      others.length === 0
        ? registry.metrics()
        : AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), ...others]).metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
};

/** Counted for every call, so without labels until they are asked for. */
const countCallerLookups = (registry: Registry): Metrics['callerLookedUp'] => {
  const counts: Record<CallerLookup, number> = { hit: 0, miss: 0 };
  new Counter({
    name: 'kinpass_caller_lookups_total',
    help: 'Calls by whether their caller was kept in memory (hit) or read from the store (miss)',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(counts)) this.inc({ result }, count);
    },
  });
  return (result) => {
    counts[result] += 1;
  };
};

const measureLoad = (registry: Registry, { medianDelay, running }: LoadMeasure): void => {
  new Gauge({
    name: 'kinpass_event_loop_delay_seconds',
    help: 'Median delay of the event loop, of the process that is slowest',
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.set(medianDelay() / 1_000);
    },
  });
  new Gauge({
    name: 'kinpass_running_requests',
    help: 'Requests in progress, excluding those that wait for a profile',
    registers: [registry],
    collect() {
      this.set(running());
    },
  });
};

const measureBreakers = (registry: Registry, open: () => number): void => {
  new Gauge({
    name: 'kinpass_adobe_breaker_open',
    help: 'Circuit breakers for Adobe Pass that are open: one for each operation and MVPD, in each process',
    aggregator: 'sum',
    registers: [registry],
    collect() {
      this.set(open());
    },
  });
};

const measureLostLines = (registry: Registry, read: () => number): void => {
  new Counter({
    name: 'kinpass_log_lines_lost_total',
    help: 'Lines of the log that were lost because nobody read it',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
};

const measureKnownCallers = (registry: Registry, read: () => number): void => {
  new Gauge({
    name: 'kinpass_known_callers',
    help: 'Callers that are kept in memory',
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
};

const measureKeys = (registry: Registry, read: () => KeyMeasure): void => {
  const gauge = (name: string, help: string, value: (measure: KeyMeasure) => number | undefined) =>
    new Gauge({
      name,
      help,
      // Every process has the same keys.
      aggregator: 'max',
      registers: [registry],
      collect() {
        const seen = value(read());
        if (seen === undefined) this.reset();
        else this.set(seen);
      },
    });
  gauge('kinpass_service_token_key_usable', 'Whether service tokens can be signed', ({ usable }) =>
    usable ? 1 : 0,
  );
  gauge('kinpass_service_token_key_age_seconds', 'Age of the active signing key', ({ age }) => age);
  gauge(
    'kinpass_service_token_key_age_limit_seconds',
    'Age at which the signing key should have a successor (keys.warnAfter)',
    ({ ageLimit }) => ageLimit,
  );
};
