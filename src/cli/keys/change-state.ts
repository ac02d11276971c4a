import { type Step, takeStep } from '#src/signing-keys/admin/take-step';
import { isoTime } from '#src/signing-keys/ledger/rotation';
import { print } from '../terminal.ts';
import { type KeysValues, openKeys } from './open.ts';
import { checkNote, parseTime } from './options.ts';

interface ChangeValues extends KeysValues {
  readonly at?: string | undefined;
  readonly cancel?: boolean | undefined;
  readonly note?: string | undefined;
}

/** Changes the state of a key now, plans the change with `--at`, or cancels a planned one. */
export const changeState = async (values: ChangeValues, step: Step, outcome: string): Promise<void> => {
  const { manager } = await openKeys(values);
  const planned = parseTime(values.at);
  const note = checkNote(values.note);
  if (values.cancel) {
    const { kid } = await takeStep(manager, { event: 'cancelled', key: step.key, note });
    print(`${kid}: the planned change is cancelled.`);
    return;
  }
  const { kid, alreadyDone } = await takeStep(manager, { ...step, planned, note });
  if (alreadyDone) print(`${kid}: ${alreadyDone}.`);
  else if (planned === undefined)
    print(`${kid} is ${outcome}. Running gateways pick this up within seconds.`);
  else print(`${kid} will be ${step.event} at ${isoTime(planned)}. (Use --cancel to cancel.)`);
};
