import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { openRevocations } from '../../revoke.ts';
import { rowLine } from '../../table.ts';
import { print } from '../../terminal.ts';

const pageSize = 500;
const widths = [24, 8];

/** Newest first. */
export const command = defineCommand({
  summary: 'List revocations with time and reason',
  options: { config: configOption },
  async run(values) {
    await using opened = await openRevocations(values);
    let before: number | undefined;
    let count = 0;
    do {
      const page = await opened.revocations.list({ limit: pageSize, before });
      for (const { kind, id, at, reason } of page.revocations)
        print(rowLine([new Date(at).toISOString(), kind, id, reason], widths));
      count += page.revocations.length;
      before = page.next;
    } while (before !== undefined);
    if (count === 0) print('Nothing is revoked.');
  },
});
