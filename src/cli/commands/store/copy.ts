import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { StoreCopy } from '#src/stores/copy/open-copy';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { giveToOwner, missingFiles } from '../../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { createCopyReport, inSeconds } from '../../store/copy-report.ts';
import { loadTwoStores, type TwoStores } from '../../store/two-stores.ts';
import { tableLines } from '../../table.ts';
import { print } from '../../terminal.ts';

/** Can be run again after it was killed. Errors: arguments_invalid, config_invalid, store_invalid, keys_invalid. */
export const command = defineCommand({
  summary: 'Copy all data to another store while gateways run, and cut over to it',
  options: {
    config: configOption,
    other: { type: 'string', value: 'file', help: 'the same settings, with the other store' },
    from: { type: 'string', value: 'kind', help: 'sqlite or postgres' },
    to: { type: 'string', value: 'kind', help: 'sqlite or postgres' },
    'dry-run': { type: 'boolean', help: 'check both stores and count their rows; write nothing' },
    finish: {
      type: 'boolean',
      help: 'cut over: the old store refuses writes, and gateways can start on the new one',
    },
    cancel: { type: 'boolean', help: 'cancel a failed cut-over: gateways can use the old store again' },
    reason: reasonOption,
  },
  async run(values) {
    const reason = checkReason(values.reason);
    const { finish = false, cancel = false, 'dry-run': dryRun = false } = values;
    if ([finish, cancel, dryRun].filter(Boolean).length > 1)
      throw fail('arguments_invalid', { hint: 'give one of --dry-run, --finish and --cancel' });
    const stores = await loadTwoStores(values);
    const recorded = { reason, to: stores.to.store.kind };
    if (dryRun) return count(stores);
    if (cancel) return giveUp(stores, recorded);
    await copy(stores, { ...recorded, finish });
  },
});

interface Recorded {
  readonly reason: string;
  readonly to: string;
}

const open = async (stores: TwoStores, create: boolean) => {
  const { openCopy } = await import('#src/stores/copy/open-copy');
  return openCopy({ ...stores, create, clock: systemClock });
};

const count = async (stores: TwoStores): Promise<void> => {
  const { countRows } = await import('#src/stores/copy/count-rows');
  await using opened = await open(stores, false);
  const { source, target } = opened;
  print(
    `From ${source.place} to ${target?.place ?? 'an empty database'}: the copy is possible. Current rows:`,
  );
  const rows = (await countRows(opened, systemClock.now())).map((row) => [
    row.name,
    `${row.there}`,
    `${row.here}`,
  ]);
  for (const line of tableLines([['table', 'source', 'target'], ...rows])) print(`  ${line}`);
};

const copy = async (
  stores: TwoStores,
  { finish, ...recorded }: Recorded & { finish: boolean },
): Promise<void> => {
  const { bringChanges } = await import('#src/stores/copy/bring-changes');
  const { cutOver } = await import('#src/stores/copy/cut-over');
  const missing = missingFiles(stores.to.store);
  await using opened = await open(stores, true);
  await giveToOwner(stores.to, missing);
  const { target } = opened;
  if (!target) throw fail('store_invalid', { detail: 'the target was not created' });
  const copied = { ...opened, target };
  const report = createCopyReport(copied, systemClock);
  print(`From ${copied.source.place} to ${target.place}.`);
  await record(copied, { ...recorded, finish }, async () => {
    if (finish) return cutOver(copied, systemClock, report);
    const { milliseconds } = await bringChanges(copied, systemClock, report);
    print(
      `Gateways are still running. To cut over, run this again with --finish: it takes about ${inSeconds(2 * milliseconds)},`,
    );
    print(`during which nothing can be written. Then start the gateways with the settings of the new store.`);
  });
  if (finish) print('Stop the gateways of the old store, then start them with the settings of the new one.');
};

const giveUp = async (stores: TwoStores, recorded: Recorded): Promise<void> => {
  const { cancelCutOver } = await import('#src/stores/copy/cut-over');
  await using opened = await open(stores, false);
  const { source, hasLeft } = opened;
  if (!hasLeft)
    throw fail('arguments_invalid', {
      field: '--cancel',
      hint: `there is nothing to cancel: gateways can use ${source.place}`,
    });
  await createTerminalTrail(source.audit).recordChange(
    terminalOperator(),
    actionOf({ ...recorded, cancel: true }),
    async (entry) => {
      await cancelCutOver(opened);
      return { entry: await source.audit.append(entry) };
    },
  );
  print(`Gateways can use ${source.place} again.`);
};

const actionOf = ({ reason, ...details }: Recorded & { finish?: boolean; cancel?: boolean }) =>
  ({ action: 'store.copy', target: { kind: 'store', id: details.to }, reason, details }) as const;

/** Recorded in the log that accepts entries: the start in that of the source, the end of a cut-over in that of the target. */
const record = async (
  { source, target, hasLeft }: StoreCopy,
  recorded: Recorded & { finish: boolean },
  work: () => Promise<void>,
): Promise<void> => {
  const action = actionOf(recorded);
  const append: StoreCopy['source']['audit']['append'] = async (entry) => {
    if (!(await source.mark())) return source.audit.append(entry);
    if (!(await target.mark())) return target.audit.append(entry);
    throw fail('gateway_unavailable', {
      detail: 'neither store accepts entries until the cut-over is complete',
    });
  };
  const trail = createTerminalTrail({ ...source.audit, append });
  if (!hasLeft) return trail.recordAction(terminalOperator(), action, work);
  // Its start was recorded by an earlier run; only the end is missing.
  await trail.recordChange(terminalOperator(), action, async (entry) => {
    await work();
    return { entry: await append(entry) };
  });
};
