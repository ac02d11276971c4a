import { hostname } from 'node:os';
import type { JWTVerifyGetKey } from 'jose';
import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Config } from '#src/config/schema';
import { type Action, createAuditTrail, type Learned, type Operator } from '#src/flows/audit-trail';
import { createTraceQueue } from '#src/flows/trace-queue';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';
import { createTaggedCache } from '#src/lib/tagged-cache';
import { createClockSkew } from '#src/observability/clock-skew';
import { stdoutWriter } from '#src/observability/line-writer';
import { createLoadMeter } from '#src/observability/load';
import { createLog, type Log } from '#src/observability/logger';
import { createMetrics, type Metrics } from '#src/observability/metrics';
import { createProviderHealth } from '#src/observability/provider-health';
import type { Operation } from '#src/rest-v2/operation';
import { operationTable } from '#src/rest-v2/operations';
import { createIssueServiceToken } from '#src/service-token/issue';
import { createKeyRing } from '#src/signing-keys/key-ring';
import { measureKeys } from '#src/signing-keys/readiness';
import { createLocalSoftState } from '#src/soft-state/local/create';
import type { SoftState } from '#src/soft-state/ports';
import { createDistributedLock } from '#src/stores/lease';
import { openKept } from '#src/stores/open';
import type { Stores } from '#src/stores/ports';
import type { Guide } from '#src/web/pages/guide';
import { openEndings } from './endings.ts';
import type { Workers } from './report.ts';
import { openShared } from './shared-state.ts';
import { watchStores } from './watch-stores.ts';

/** What a test or an embedding program may replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly stores?: Stores;
  /** Shared with other processes where the settings name no server for that; this one's own without it. */
  readonly softState?: SoftState;
  /** One of several processes that serve the public listener: another one sweeps, records the start and serves operators. */
  readonly isWorker?: boolean;
  /** The workers, for operators, where this process is their primary. */
  readonly workers?: Workers;
  readonly log?: Log;
  /** The operations of REST API V2 that are served. */
  readonly operations?: readonly Operation[];
  /** Shown as the first page. */
  readonly guide?: Guide;
}

/** Removing expired data, in this process. */
interface Sweeps {
  /** Epoch milliseconds. */
  lastRun?: number;
}

/** What serves by the newest settings. */
interface InUse {
  adobe?: Pick<AdobePass, 'openBreakers'>;
}

/** How the last reload of the settings ended. */
export interface ReloadState {
  /** Names of those that take effect at the next start. */
  waiting: readonly string[];
  /** Null while the settings of the file are those in use, or wait for the next start. */
  refused: {
    readonly file: string;
    /** ISO 8601. */
    readonly since: string;
    /** Settings by name and place, never their values. */
    readonly faults: readonly string[];
  } | null;
}

/** What a process has one of, kept when its settings change. Errors: keys_invalid, store_invalid. */
export const openRuntime = async (config: Config, overrides: Overrides) => {
  const { clock = systemClock, ids = systemIds, log = createLog(config.log.level) } = overrides;
  const self: Operator = { actor: `gateway@${hostname()}`, via: 'gateway', source: hostname() };
  const metrics = createMetrics();
  const deps = { clock, ids, log, metrics };
  const opened = await openKeys(config, { ...deps, by: self.actor }, overrides.stores);
  try {
    return await composeRuntime(config, overrides, { ...deps, ...opened, self });
  } catch (error) {
    opened.keyRing.close();
    if (!overrides.stores) await opened.stores.close();
    throw error;
  }
};

interface Opened extends Awaited<ReturnType<typeof openKeys>>, Omit<KeyDeps, 'by'> {
  readonly self: Operator;
}

const composeRuntime = async (config: Config, overrides: Overrides, opened: Opened) => {
  const { clock, ids, log, metrics, keyRing, secrets, storage: keyStorage, self } = opened;
  const { operations = operationTable } = overrides;
  measureKeys(metrics, { keyRing, clock, warnAfter: config.keys.warnAfter });
  const issueServiceToken = createIssueServiceToken({
    keys: keyRing,
    clock,
    ids,
    maxKept: config.caches.tokens,
  });
  const { forgetAll } = issueServiceToken;
  const sealingKey = secrets.sealing;
  const isPrimary = overrides.workers !== undefined;
  const shared = await openShared(config, { sealingKey, clock, ids, log, metrics, isPrimary });
  const softState = shared?.softState ?? overrides.softState ?? createLocalSoftState().join();
  const endings = openEndings({
    stores: watchStores(opened.stores, { clock, failed: metrics.storeFailed }),
    notices: softState.notices,
    clock,
    log,
    forgetAll,
    reloadKeys: keyRing.reload,
  });
  const { stores } = endings;
  // Its delays are real, whatever time the gateway is told.
  const meter = createLoadMeter(systemClock);
  metrics.load(meter);
  const inUse: InUse = {};
  metrics.adobeBreakers(() => inUse.adobe?.openBreakers() ?? 0);
  metrics.lostLogLines(() => stdoutWriter.lost);
  metrics.knownCallers(endings.knownCallers);
  metrics.knownAnswers(endings.knownAnswers);
  const traces = createTraceQueue({ records: stores.records, clock, log, counted: metrics.tracesCounted });
  const auditTrail = createAuditTrail({ audit: stores.audit, clock, log });
  return {
    clock,
    ids,
    log,
    metrics,
    keyStorage,
    secrets,
    keyRing,
    stores,
    auditTrail,
    /** Of requests, on their way to the store. */
    traces,
    /** What the gateway does by itself. */
    recordAction: <T>(action: Action, act: () => Promise<T>, learn?: (result: T) => Learned): Promise<T> =>
      auditTrail.recordAction(self, action, act, learn),
    self,
    lock: createDistributedLock({ leases: stores.leases, clock, ids }),
    operations,
    endings,
    inUse,
    issueServiceToken,
    /** By grant, the viewers whose service tokens end with a sign-in. */
    signedIn: createLru<string>(config.caches.tokens),
    /** Profiles that are noted for their viewers: what is known of them outlives a reload. */
    notedProfiles: createTaggedCache<string>(config.caches.callers),
    guide: overrides.guide,
    sweeps: {} as Sweeps,
    shutdown: { isAnnounced: false },
    meter,
    reloadState: { waiting: [], refused: null } as ReloadState,
    providerHealth: createProviderHealth({ clock, metrics }),
    softState,
    /** The server for that; undefined where there is none. */
    shared,
    isWorker: overrides.isWorker ?? false,
    workers: overrides.workers,
    /** By URL: the keys read last stay in use while an identity service is down, also when settings change. */
    publishedKeys: new Map<string, JWTVerifyGetKey>(),
  };
};

export type Runtime = Awaited<ReturnType<typeof openRuntime>>;

interface KeyDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly by: string;
}

/** The keys, and the stores that are opened with one of them, unless they are given. */
const openKeys = async (
  config: Config,
  { clock, ids, log, metrics, by }: KeyDeps,
  given: Stores | undefined,
) => {
  const { clockSkew: measured, ...database } = metrics.database;
  const observer = { ...database, toldTime: createClockSkew({ clock, log, measured }) };
  const kept = await openKept({ config, clock, ids, log, observer }, given);
  try {
    const keyRing = await createKeyRing({
      settings: config.keys,
      storage: kept.storage,
      production: config.production,
      maxTokenLifetime: Math.max(...config.families.map(({ serviceToken }) => serviceToken.lifetime)),
      clock,
      log,
      by,
    });
    return { ...kept, keyRing };
  } catch (error) {
    if (!given) await kept.stores.close();
    throw error;
  }
};
