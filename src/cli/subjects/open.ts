import { systemClock } from '#src/lib/clock';
import { openExistingKept } from '../open-stores.ts';
import { type ConfigValues, loadSettings } from '../settings.ts';

/** Everything that decides subjects: families, keys and database. Errors: config_invalid, store_invalid, keys_invalid. */
export const openSubjectState = async (values: ConfigValues) => {
  const config = await loadSettings(values);
  const { storage, stores } = await openExistingKept(config);
  return {
    families: config.families,
    storage,
    stores,
    clock: systemClock,
    [Symbol.asyncDispose]: () => stores.close(),
  };
};
