import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { bringChanges, bringOnce, type CopyReport, markOf } from './bring-changes.ts';
import { type Digest, digestTable } from './digest-table.ts';
import type { StoreCopy } from './open-copy.ts';
import { tables } from './tables.ts';

export interface VerifiedTable extends Digest {
  readonly name: string;
}

export interface CutOverReport extends CopyReport {
  /** The source refuses writes from now on. */
  left(): void;
  verified(tables: readonly VerifiedTable[]): void;
}

/**
 * Completes a copy: the source refuses writes, the target gets the missing rows, both are compared, and the target is released to
 * gateways. Whatever happens in between, at most one of them accepts writes, and every acknowledged write is in the source or in
 * both; it can be repeated. Errors: store_invalid if the target differs, which is then not released.
 */
export const cutOver = async (copy: StoreCopy, clock: Clock, report: CutOverReport): Promise<void> => {
  const { source, target, hasLeft } = copy;
  await bringChanges(copy, clock, report);
  if (!hasLeft) await source.leave(markOf('left', target, clock));
  report.left();
  const now = clock.now();
  await bringOnce(copy, now, clock, report);
  report.verified(await verify(copy, now));
  await target.serve();
};

/** Makes the source usable again; only before the cut-over is complete, which `openCopy` ensures. */
export const cancelCutOver = ({ source }: Pick<StoreCopy, 'source'>): Promise<void> => source.serve();

const verify = async ({ source, target }: StoreCopy, now: number): Promise<VerifiedTable[]> => {
  const verified: VerifiedTable[] = [];
  for (const table of tables) {
    const [there, here] = await Promise.all([
      digestTable(table, source, now),
      digestTable(table, target, now),
    ]);
    if (there.rows !== here.rows || there.sum !== here.sum)
      throw fail('store_invalid', {
        field: target.field,
        hint: `${table.name} of ${target.place} differs from that of ${source.place} (${here.rows} rows, ${there.rows} there). Run the command again; kinpass store copy --cancel makes ${source.place} usable again.`,
      });
    verified.push({ name: table.name, ...there });
  }
  return verified;
};
