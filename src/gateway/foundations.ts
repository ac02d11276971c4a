import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { JWTVerifyGetKey } from 'jose';
import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import type { Config } from '#src/config/schema';
import { loadSecrets, type Secrets } from '#src/config/secrets';
import { type Clock, systemClock } from '#src/lib/clock';
import { type Ids, systemIds } from '#src/lib/ids';
import { createLog, type Log } from '#src/observability/logger';
import { createMetrics } from '#src/observability/metrics';
import { createIssueServiceToken } from '#src/service-token/issue';
import { createKeyRing } from '#src/service-token/key-ring';
import { measureKeys } from '#src/service-token/report';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';

/** What a test or an embedding program may bring along. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly stores?: Stores;
  readonly log?: Log;
}

/** What one process has one of, whatever its settings become. */
export const openFoundations = async (config: Config, overrides: Overrides) => {
  const { clock = systemClock, ids = systemIds, log = createLog(config.log.level) } = overrides;
  const { directory } = config.keys;
  const secrets = await loadSecrets(directory, ids);
  const keyRing = await createKeyRing({
    settings: config.keys,
    production: config.production,
    longestLife: Math.max(...config.families.map(({ serviceToken }) => serviceToken.lifetime)),
    clock,
    log,
    by: `gateway@${hostname()}`,
  });
  const stores =
    overrides.stores ??
    (await openStores(config, secrets, clock).catch((error: unknown) => {
      keyRing.close();
      throw error;
    }));
  const metrics = createMetrics();
  measureKeys(metrics, { keyRing, clock, warnAfter: config.keys.warnAfter });
  return {
    clock,
    ids,
    log,
    metrics,
    directory,
    secrets,
    keyRing,
    stores,
    issueServiceToken: createIssueServiceToken({ keyRing, clock, ids }),
    notices: new Map<string, object>(),
    /** By address: what was read last serves on while an identity service is away, through changes of settings too. */
    publishedKeys: new Map<string, JWTVerifyGetKey>(),
  };
};

export type Foundations = Awaited<ReturnType<typeof openFoundations>>;

export interface Predecessor {
  readonly settings: Config['adobe'];
  readonly adobe: AdobePass;
}

/** The conversation with Adobe outlives a change of other settings: its connections, and above all its throttle. */
export const adobeOf = (
  config: Config,
  { stores, clock, ids, metrics }: Foundations,
  before?: Predecessor,
): AdobePass =>
  before && isSame(before.settings, config.adobe)
    ? before.adobe
    : createAdobePass({
        settings: config.adobe,
        records: stores.records,
        clock,
        ids,
        observe: ({ operation, status, ms }) =>
          metrics.adobeCalled({ operation, status, seconds: ms / 1000 }),
      });

export const isSame = (a: Config['adobe'], b: Config['adobe']): boolean => isDeepStrictEqual(a, b);

const openStores = async (config: Config, secrets: Secrets, clock: Clock): Promise<Stores> =>
  config.store.kind === 'memory'
    ? createMemoryStores({ clock })
    : openSqliteStores({ file: config.store.file, sealingKey: secrets.sealing, clock });
