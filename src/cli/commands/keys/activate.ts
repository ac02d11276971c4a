import { defineCommand } from '../../command.ts';
import { changeState } from '../../keys/change-state.ts';
import { atOption, cancelOption, keysOptions, noteOption } from '../../keys/options.ts';

export const command = defineCommand({
  summary: 'Sign with a key; the previous one starts retiring',
  operand: '<key>',
  options: {
    ...keysOptions,
    at: atOption,
    cancel: cancelOption,
    note: noteOption,
    force: { type: 'boolean', help: 'activate even if Adobe has not acknowledged it' },
  },
  run: (values, key) =>
    changeState(
      values,
      { event: 'activated', key, forced: values.force === true },
      'active, and the previous key is retiring',
    ),
});
