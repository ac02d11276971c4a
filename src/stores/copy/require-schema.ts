import { fail } from '#src/lib/errors';

/** Both databases of a copy have the schema of this version. Errors: store_invalid. */
export const requireSchema = (place: string, field: string, found: number, known: number): void => {
  if (found === known) return;
  const cure =
    found > known
      ? 'Use the version of Kinpass that wrote it.'
      : 'Start a gateway of this version on it first, or copy into an empty database.';
  throw fail('store_invalid', {
    field,
    hint: `${place} has schema ${found}; this version copies schema ${known}. ${cure}`,
  });
};
