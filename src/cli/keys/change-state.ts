import { type Step, takeStep } from '#src/signing-keys/admin/take-step';
import { isoTime } from '#src/signing-keys/ledger/rotation';
import { parseTime } from '../options.ts';
import { print } from '../terminal.ts';
import { type ChangeValues, kidOf, openKeysToChange, unlessDone } from './change.ts';

interface Values extends ChangeValues {
  readonly at?: string | undefined;
  readonly cancel?: boolean | undefined;
}

interface Change {
  readonly action: 'key.activate' | 'key.retire';
  readonly step: Step;
  /** What the key is then. */
  readonly outcome: string;
}

/** Changes the state of a key now, plans the change with `--at`, or cancels a planned one. */
export const changeState = async (values: Values, { action, step, outcome }: Change): Promise<void> => {
  const planned = parseTime(values.at, '--at');
  await using keys = await openKeysToChange(values);
  const { manager, note } = keys;
  const kid = await kidOf(manager, step.key);
  if (values.cancel) {
    await keys.record('key.cancel', kid, () => takeStep(manager, { event: 'cancelled', key: kid, note }));
    print(`${kid}: the planned change is canceled.`);
    return;
  }
  const { alreadyDone } = await keys.record(
    action,
    kid,
    () => takeStep(manager, { ...step, planned, note }),
    (result) => ({
      details: { ...unlessDone(result).details, ...(planned !== undefined && { planned: isoTime(planned) }) },
    }),
  );
  if (alreadyDone) print(`${kid}: ${alreadyDone}.`);
  else if (planned === undefined)
    print(`${kid} is ${outcome}. Running gateways pick this up within seconds.`);
  else print(`${kid} will be ${step.event} at ${isoTime(planned)}. (Use --cancel to cancel.)`);
};
