import { defineCommand } from '../../command.ts';
import { changeState } from '../../keys/change-state.ts';
import { atOption, cancelOption, changeOptions } from '../../keys/options.ts';

export const command = defineCommand({
  summary: 'Stop accepting a key once its last token has expired',
  operand: '<key>',
  options: { ...changeOptions, at: atOption, cancel: cancelOption },
  run: (values, key) =>
    changeState(values, {
      action: 'key.retire',
      step: { event: 'retired', key },
      outcome: 'retired, and its tokens are no longer accepted',
    }),
});
