import type { Config } from '#src/config/schema';
import { createImportLines, type ImportCounts } from '#src/families/import/import-lines';
import type { Refusal } from '#src/families/import/refusal';
import type { SeenIndex } from '#src/families/import/seen';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Stores } from '#src/stores/ports';

export interface Imported {
  readonly counts: ImportCounts;
  /** `line field code`, with the earlier line where there is one. */
  readonly refused: readonly string[];
}

interface Given {
  readonly config: Pick<Config, 'apps' | 'families' | 'identityProviders'>;
  readonly stores: Pick<Stores, 'imports' | 'accounts'>;
  readonly secrets?: ReadonlyMap<number, Uint8Array>;
  readonly dryRun?: boolean;
}

/** For files of a few lines. */
const createMapIndex = (): SeenIndex => {
  const seen = new Map<string, NonNullable<ReturnType<SeenIndex['get']>>>();
  return {
    get: (key) => seen.get(key),
    put: (entries) => {
      for (const [key, value] of entries) seen.set(key, value);
    },
  };
};

const textOf = ({ field, code, earlier }: Refusal): string =>
  [field || '-', code, ...(earlier === undefined ? [] : [earlier])].join(' ');

/** Imports lines, given as values or as the text of a line; undefined is one that could not be read. */
export const importInto = async (
  { config, stores, secrets = new Map([[1, new Uint8Array(32).fill(1)]]), dryRun = false }: Given,
  lines: readonly unknown[],
): Promise<Imported> => {
  async function* source() {
    for (const [index, line] of lines.entries()) {
      const text = typeof line === 'string' || line === undefined ? line : JSON.stringify(line);
      yield { number: index + 1, text };
    }
  }
  const importLines = createImportLines({
    config,
    store: stores.imports,
    accounts: stores.accounts,
    secrets,
    index: createMapIndex(),
    clock: systemClock,
    ids: systemIds,
  });
  const refused: string[] = [];
  const counts = await importLines({
    lines: source(),
    dryRun,
    refused: (line, refusal) => refused.push(`${line} ${textOf(refusal)}`),
    progress: () => undefined,
  });
  return { counts, refused };
};
