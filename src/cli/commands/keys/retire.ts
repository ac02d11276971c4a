import { defineCommand } from '../../command.ts';
import { changeState } from '../../keys/change-state.ts';
import { atOption, cancelOption, keysOptions, noteOption } from '../../keys/options.ts';

export const command = defineCommand({
  summary: 'Stop accepting a key once its last token has expired',
  operand: '<key>',
  options: { ...keysOptions, at: atOption, cancel: cancelOption, note: noteOption },
  run: (values, key) =>
    changeState(values, { event: 'retired', key }, 'retired, and its tokens are no longer accepted'),
});
