import { loadConfig } from '#src/config/load';
import { reviewConfig } from '#src/config/review';
import { valueAt } from '#src/config/settings/settings-schema';
import { fail } from '#src/lib/errors';
import type { StoreSettings } from '#src/stores/copy/open-copy';
import { type ConfigValues, requireConfigFile } from '../settings.ts';

type Kind = 'sqlite' | 'postgres';

export interface TwoStores {
  readonly from: StoreSettings;
  readonly to: StoreSettings;
}

interface Values extends ConfigValues {
  readonly other?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The stores of `--config` and `--other`. Their kinds tell which is the source, so swapping the files does no harm. Errors: arguments_invalid, config_invalid.
 */
export const loadTwoStores = async (values: Values): Promise<TwoStores> => {
  const [from, to] = [parseKind(values.from, '--from'), parseKind(values.to, '--to')];
  if (from === to)
    throw fail('arguments_invalid', {
      field: '--to',
      hint: `is ${to}, the same as --from: to move within one kind, restore a backup`,
    });
  const { other } = values;
  if (other === undefined)
    throw fail('arguments_invalid', {
      field: '--other',
      hint: 'give the settings with the other store, which differ from those of --config only in store',
    });
  const stores = await Promise.all([requireConfigFile(values), other].map(loadStore));
  const ofKind = (kind: Kind, option: string): StoreSettings => {
    const found = stores.find(({ store }) => store.kind === kind);
    if (found) return found;
    const hint = `is ${kind}, but neither --config nor --other has a store of kind ${kind}`;
    throw fail('arguments_invalid', { field: option, hint });
  };
  return { from: ofKind(from, '--from'), to: ofKind(to, '--to') };
};

const parseKind = (text: string | undefined, option: string): Kind => {
  if (text === 'sqlite' || text === 'postgres') return text;
  throw fail('arguments_invalid', { field: option, hint: 'must be sqlite or postgres' });
};

/** Environment variables apply to both files, but those of a store only to the file with that kind of store. */
const loadStore = async (file: string): Promise<StoreSettings> => {
  const cwd = process.cwd();
  const { input } = await reviewConfig({ file, env: {}, cwd });
  const kind = valueAt(input, ['store', 'kind']) ?? 'sqlite';
  const own = kind === 'postgres' ? /^KINPASS_STORE_(?!FILE|KIND)/ : /^KINPASS_STORE_FILE/;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('KINPASS_STORE_') || own.test(name)),
  );
  const { store, keys } = await loadConfig({ file, env, cwd });
  if (store.kind !== 'memory') return { store, keys };
  throw fail('arguments_invalid', {
    hint: `${file} has a store of kind memory, whose data ends with its gateway`,
  });
};
