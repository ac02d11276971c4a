import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import type { UnsealedStore } from './key-ports.ts';
import type { StoreObserver } from './observer.ts';
import type { Stores } from './ports.ts';
import { openSqliteStores } from './sqlite/open.ts';
import { openUnsealedSqlite } from './sqlite/open-unsealed.ts';

export type DatabaseSettings = Exclude<Config['store'], { kind: 'memory' }>;

interface Options {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Whether the tables are created in a PostgreSQL database that has none; those of SQLite come with the file. */
  readonly create: boolean;
  /** Observes the connections to a server. */
  readonly observer?: StoreObserver;
}

/** The stores in a database, given the key that they are sealed with. Errors: store_invalid. */
export const openDatabase = async (
  store: DatabaseSettings,
  sealingKey: Uint8Array,
  { log, create, observer }: Omit<Options, 'clock'>,
): Promise<Stores> => {
  if (store.kind === 'sqlite') return openSqliteStores({ file: store.file, sealingKey, log });
  const { openPostgresStores } = await import('./postgres/open.ts');
  return openPostgresStores({ settings: store, sealingKey, create, observer });
};

/** The keys in a database, before its sealing key is known. Errors: store_invalid. */
export const openUnsealedDatabase = async (
  store: DatabaseSettings,
  { create, observer, ...options }: Options,
): Promise<UnsealedStore & AsyncDisposable> => {
  if (store.kind === 'sqlite') return openUnsealedSqlite(store.file, options);
  const { openUnsealedPostgres } = await import('./postgres/open.ts');
  return openUnsealedPostgres({ settings: store, create, observer });
};
