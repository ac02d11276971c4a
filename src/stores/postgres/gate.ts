/** A transaction is sent as a whole, so a condition in the midst of it turns off the statements that follow. */
import { count } from './statement.ts';

const setting = 'kinpass.stopped';

/** Part of a condition: false from the first `stopUnless` on that was not met. */
export const going = `current_setting('${setting}', true) IS DISTINCT FROM 'yes'`;

/** Returns 1 if the transaction stops here, else 0. The setting lasts as long as the transaction. */
export const stopUnless = (condition: string) =>
  count(`SELECT set_config('${setting}', 'yes', true) WHERE ${going} AND NOT (${condition})`);
