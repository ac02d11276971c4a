import { migrate, readSchemaVersion, refused, type Target } from './migrate.ts';
import { migrations } from './schema.ts';

interface Preparation extends Target {
  /** Whether the tables are created where there are none. */
  readonly create: boolean;
  /** Whether a schema of an earlier version is brought to this one. */
  readonly migrates: boolean;
}

/** Makes sure of a schema that this version works with. Errors: store_invalid. */
export const prepareSchema = async ({ create, migrates, ...target }: Preparation): Promise<void> => {
  const { place, steps = migrations } = target;
  const { version } = await readSchemaVersion(target);
  if (version === 0 && !create)
    throw refused(`${place} holds no data of Kinpass yet; the first start creates the tables.`);
  if (version >= steps.length) return;
  if (!migrates)
    throw refused(
      `${place} has schema ${version}; this version needs ${steps.length}. Run kinpass store migrate.`,
    );
  await migrate(target);
};
