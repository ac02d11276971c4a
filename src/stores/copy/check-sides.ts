import { fail } from '#src/lib/errors';
import { describeMark } from '../moving.ts';
import type { Seal } from '../seal.ts';
import { sealCheck } from '../seal-check.ts';
import type { Side } from './side.ts';
import { tables } from './tables.ts';

const refused = ({ field }: Side, hint: string) => fail('store_invalid', { field, hint });

/** Checks that the source can be copied. Returns its sealed word, which identifies its copies. Errors: store_invalid. */
export const checkSource = async (source: Side): Promise<Pick<Lineage, 'sealed' | 'hasLeft'>> => {
  const mark = await source.mark();
  if (mark?.state === 'arriving')
    throw refused(source, `${describeMark(mark, source.place)} It cannot be copied itself.`);
  const sealed = await source.seal();
  if (sealed === undefined)
    throw refused(source, `${source.place} has not been used yet: there is nothing to copy.`);
  return { sealed, hasLeft: mark?.state === 'left' };
};

interface Lineage {
  /** The sealed word of the source. */
  readonly sealed: string;
  readonly seal: Pick<Seal, 'open'>;
  /** The source was moved, or is being moved. */
  readonly hasLeft: boolean;
}

/**
 * Checks that the target may be written to: a database that no gateway has used, an unfinished copy of this source, or the store
 * that this source was moved from. Errors: store_invalid.
 */
export const checkTarget = async (target: Side, { sealed, seal, hasLeft }: Lineage): Promise<void> => {
  const found = await target.seal();
  if (found !== undefined) requireSeal(target, found, seal);
  const mark = await target.mark();
  if (mark && found !== sealed)
    throw refused(target, `${describeMark(mark, target.place)} It is a copy of another store.`);
  if (mark) return;
  if (hasLeft && found === sealed)
    throw refused(target, `The data was moved to ${target.place}, which is in use: there is nothing to do.`);
  for (const table of tables) {
    const rows = await target.count(table, 0);
    if (rows > 0)
      throw refused(
        target,
        `${target.place} is in use: it has ${rows} rows in ${table.name}. Nothing was written. Copy into an empty database.`,
      );
  }
};

const requireSeal = (target: Side, sealed: string, seal: Pick<Seal, 'open'>): void => {
  try {
    seal.open(sealed, sealCheck.context);
  } catch (cause) {
    const hint = `The data in ${target.place} was sealed with another key. Nothing was written. Copy into an empty database.`;
    throw fail('store_invalid', { field: target.field, hint, cause });
  }
};
