import { fail } from '#src/lib/errors';
import { migrate, readSchemaVersion, type Target } from './migrate.ts';
import { migrations } from './schema.ts';

interface Preparation extends Target {
  /** Whether the tables are created where there are none. */
  readonly create: boolean;
  /** Whether a schema of an earlier version is brought to this one. */
  readonly migrates: boolean;
}

/** Makes sure of a schema that this version works with. Errors: store_invalid. */
export const prepareSchema = async ({ create, migrates, ...target }: Preparation): Promise<void> => {
  const { version } = await readSchemaVersion(target);
  if (version === 0 && !create)
    throw refused(`${target.place} holds no data of Kinpass yet; the first start creates the tables.`);
  if (version >= migrations.length) return;
  if (!migrates)
    throw refused(
      `${target.place} has schema ${version}; this version needs ${migrations.length}. Run kinpass store migrate.`,
    );
  await migrate(target);
};

const refused = (hint: string) => fail('store_invalid', { field: 'store.url', hint });
