/**
 * The stores in a PostgreSQL database, shared by any number of nodes. Owns connections, schema and statements: one round trip
 * is one transaction, which leaves nothing on a connection, so that a pooler may be between. Refuses to serve a schema that it
 * does not work with. It must not be imported unless the settings ask for it: the driver is loaded with it.
 */
import { describePlace } from '#src/lib/postgres-url';
import type { UnsealedStore } from '../key-ports.ts';
import { refuseMoving } from '../moving.ts';
import { type StoreObserver, unobserved } from '../observer.ts';
import type { Stores } from '../ports.ts';
import { createSeal } from '../seal.ts';
import { checkSeal, isSealed } from './check-seal.ts';
import { createDatabase, type Database } from './database.ts';
import { whileOpening } from './errors.ts';
import { createKeyFileStore } from './key-files.ts';
import { readMark } from './moving.ts';
import { createPool, placeOf } from './pool.ts';
import { prepareSchema } from './prepare-schema.ts';
import type { PostgresSettings } from './settings.ts';
import { createConnectedStores } from './stores.ts';

interface Options {
  readonly settings: PostgresSettings;
  /** Whether the tables are created where there are none. */
  readonly create: boolean;
  readonly observer?: StoreObserver | undefined;
}

/** `sealingKey`: 32 bytes. Errors: store_invalid (which names the database), config_invalid, keys_invalid. */
export const openPostgresStores = async ({
  sealingKey,
  ...options
}: Options & { readonly sealingKey: Uint8Array }): Promise<Stores> => {
  const seal = createSeal(sealingKey);
  return open(options, async (database, place) => {
    await checkSeal(database, seal, place);
    return createConnectedStores(database, seal, options.observer ?? unobserved);
  });
};

/** The keys in a database, before the key that it is sealed with is known. Errors: store_invalid, config_invalid. */
export const openUnsealedPostgres = (options: Options): Promise<UnsealedStore & AsyncDisposable> =>
  open(options, async (database) => ({
    keyFiles: createKeyFileStore({ database }),
    isSealed: () => isSealed(database),
  }));

const open = async <T extends object>(
  { settings, create, observer = unobserved }: Options,
  serve: (database: Database, place: string) => Promise<T>,
): Promise<T & { close(): Promise<void> } & AsyncDisposable> => {
  const place = describePlace(placeOf(settings));
  const pool = await createPool(settings, observer);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= pool.end();
    return closing;
  };
  try {
    const { schema, migrateAtStart: migrates } = settings;
    await prepareSchema({ pool, schema, place, create, migrates });
    const database = createDatabase({ ...settings, pool, observer });
    refuseMoving(await readMark(database), place, 'store.url');
    const served = await serve(database, place);
    return { ...served, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw whileOpening(error, place);
  }
};
