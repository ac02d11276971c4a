import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';
import { openExistingStores } from '../open-stores.ts';
import { type ConfigValues, loadSettings } from '../settings.ts';

/** Everything that decides subjects: families, keys folder and database. Errors: config_invalid, store_invalid, keys_invalid. */
export const openSubjectState = async (values: ConfigValues) => {
  const config = await loadSettings(values);
  const stores = await openExistingStores(config);
  return {
    families: config.families,
    storage: createKeyFolder(config.keys.directory, systemClock),
    stores,
    clock: systemClock,
    [Symbol.asyncDispose]: () => stores.close(),
  };
};
