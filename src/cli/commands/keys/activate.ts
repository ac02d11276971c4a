import { defineCommand } from '../../command.ts';
import { changeState } from '../../keys/change-state.ts';
import { atOption, cancelOption, changeOptions } from '../../keys/options.ts';

export const command = defineCommand({
  summary: 'Sign with a key; the previous one starts retiring',
  operand: '<key>',
  options: {
    ...changeOptions,
    at: atOption,
    cancel: cancelOption,
    force: { type: 'boolean', help: 'activate even if Adobe has not acknowledged it' },
  },
  run: (values, key) =>
    changeState(values, {
      action: 'key.activate',
      step: { event: 'activated', key, forced: values.force === true },
      outcome: 'active, and the previous key is retiring',
    }),
});
