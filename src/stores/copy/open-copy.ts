/**
 * Moves a store between SQLite and PostgreSQL while gateways use it: passes that write the differences (bring-changes.ts), then the
 * cut-over, after which the old one refuses writes (cut-over.ts). Refuses a target that holds other data. Import it only to copy
 * a store: it loads the PostgreSQL driver.
 */
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { DatabaseSettings } from '../open-database.ts';
import { createSeal, type Seal } from '../seal.ts';
import { checkSource, checkTarget } from './check-sides.ts';
import { requireSameKeys } from './copied-keys.ts';
import { openPostgresSide } from './postgres-side.ts';
import type { Side } from './side.ts';
import { openSqliteSide } from './sqlite-side.ts';

export interface StoreSettings {
  readonly store: DatabaseSettings;
  readonly keys: Config['keys'];
}

export interface StoreCopy {
  readonly source: Side;
  readonly target: Side;
  /** The sealed word of the source, and the key that opens it. */
  readonly sealed: string;
  readonly seal: Seal;
  /** The cut-over was started: the source refuses writes. */
  readonly hasLeft: boolean;
}

/** What a run of the command may do. */
interface Options {
  readonly from: StoreSettings;
  readonly to: StoreSettings;
  readonly clock: Clock;
  /** Whether to create tables if the target has none. */
  readonly create: boolean;
}

/**
 * Opens both databases, after checking that the copy is possible; writes nothing but empty tables. Without `create` the target
 * is undefined if there is none. Errors: store_invalid, keys_invalid, config_invalid.
 */
export const openCopy = async ({
  from,
  to,
  clock,
  create,
}: Options): Promise<Omit<StoreCopy, 'target'> & { readonly target: Side | undefined } & AsyncDisposable> => {
  await using opened = new AsyncDisposableStack();
  const source = opened.use(await openSide(from.store, { clock, create: false, alone: false }));
  if (!source) throw fail('store_invalid', { hint: 'The source holds no data of Kinpass yet.' });
  const { sealed, hasLeft } = await checkSource(source);
  const seal = createSeal(await requireSameKeys({ source: from, target: to }, source, clock));
  const target = opened.use(await openSide(to.store, { clock, create, alone: true }));
  if (target) await checkTarget(target, { sealed, seal, hasLeft });
  const open = opened.move();
  return { source, target, sealed, seal, hasLeft, [Symbol.asyncDispose]: () => open.disposeAsync() };
};

interface Opening {
  readonly create: boolean;
  readonly alone: boolean;
  readonly clock: Clock;
}

const openSide = async (
  store: DatabaseSettings,
  { create, ...opening }: Opening,
): Promise<Side | undefined> =>
  store.kind === 'sqlite'
    ? openSqliteSide({ file: store.file, create, ...opening })
    : openPostgresSide({ settings: store, create });
