/** The mark of a store that is being moved, on which no gateway starts: one row in a table that other stores do not have. */
import { z } from 'zod';
import { fail } from '#src/lib/errors';

/** `arriving`: an incomplete copy. `left`: the data was moved from here, and writes are refused. */
export const markRow = z.object({
  state: z.enum(['arriving', 'left']),
  /** Where the data comes from, or where it was moved to, for messages. */
  other: z.string(),
  /** Epoch milliseconds. */
  since: z.int(),
});

export type Mark = z.infer<typeof markRow>;

/** The error of the triggers that refuse writes after the data was moved. */
export const refusal = 'the data was moved to another store';

/** For a gateway that is about to use the store at `place`. Errors: store_invalid. */
export const refuseMoving = (mark: Mark | undefined, place: string, field: string): void => {
  if (mark) throw fail('store_invalid', { field, hint: `${describeMark(mark, place)} ${cureOf(mark)}` });
};

export const describeMark = ({ state, other, since }: Mark, place: string): string =>
  state === 'arriving'
    ? `${place} is an incomplete copy of ${other}.`
    : `The data of ${place} was moved to ${other} on ${new Date(since).toISOString()}.`;

const cureOf = ({ state }: Mark): string =>
  state === 'arriving'
    ? 'Complete it with kinpass store copy --finish.'
    : 'Set store to that database, or copy the data back with kinpass store copy.';
