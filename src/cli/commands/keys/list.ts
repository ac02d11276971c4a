import { inspectKeys } from '#src/signing-keys/admin/key-manager';
import { defineCommand } from '../../command.ts';
import { nextCommand } from '../../keys/next-command.ts';
import { openKeys } from '../../keys/open.ts';
import { keysOptions } from '../../keys/options.ts';
import { keyTable } from '../../keys/table.ts';
import { print, styled } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'List the keys, the next step of each and when it is due',
  options: keysOptions,
  async run(values) {
    await using keys = await openKeys(values);
    const { manager } = keys;
    const overview = await inspectKeys(manager);
    const [head = '', ...rows] = keyTable(overview, manager.settings.warnAfter, manager.clock.now());
    if (rows.length === 0)
      print(`${manager.storage.name} has no service-token keys: ${nextCommand(values, 'generate')}`);
    else for (const line of [styled('bold', head), ...rows]) print(line);
    const { problems, warnings } = overview.status;
    if (problems.length + warnings.length > 0) print();
    for (const { file, message } of problems) print(`${styled('red', 'problem')}  ${file} ${message}`);
    for (const { file, message } of warnings) print(`${styled('yellow', 'warning')}  ${file} ${message}`);
  },
});
