import { takeStep } from '#src/signing-keys/admin/take-step';
import { defineCommand } from '../../command.ts';
import { kidOf, openKeysToChange, unlessDone } from '../../keys/change.ts';
import { nextCommand } from '../../keys/next-command.ts';
import { changeOptions } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Record that Adobe has confirmed a key',
  operand: '<key>',
  options: changeOptions,
  async run(values, name) {
    await using keys = await openKeysToChange(values);
    const { manager, note } = keys;
    const { kid, alreadyDone } = await keys.record(
      'key.acknowledge',
      await kidOf(manager, name),
      () => takeStep(manager, { event: 'acknowledged', key: name, note }),
      unlessDone,
    );
    if (alreadyDone) {
      print(`${kid}: ${alreadyDone}.`);
      return;
    }
    print(`${kid} is acknowledged by Adobe. Gateways publish and accept it from now on.`);
    print(`Next, when all gateways have it: ${nextCommand(values, 'activate', kid)} (or plan it with --at)`);
  },
});
