import { takeStep } from '#src/signing-keys/admin/take-step';
import { asOperand } from '#src/signing-keys/key/public-key';
import { defineCommand } from '../../command.ts';
import { openKeys } from '../../keys/open.ts';
import { checkNote, keysOptions, noteOption } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Record that Adobe has confirmed a key',
  operand: '<key>',
  options: { ...keysOptions, note: noteOption },
  async run(values, name) {
    const { manager } = await openKeys(values);
    const note = checkNote(values.note);
    const { kid, alreadyDone } = await takeStep(manager, { event: 'acknowledged', key: name, note });
    if (alreadyDone) {
      print(`${kid}: ${alreadyDone}.`);
      return;
    }
    print(`${kid} is acknowledged by Adobe. Gateways publish and accept it from now on.`);
    print(`Next, when all gateways have it: kinpass keys activate ${asOperand(kid)} (or plan it with --at)`);
  },
});
