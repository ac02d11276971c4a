import { audit } from '#src/families/audit';
import type { Finding } from '#src/families/audit-account';
import { systemClock } from '#src/lib/clock';
import { defineCommand } from '../../command.ts';
import { openExistingStores } from '../../open-stores.ts';
import { configOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { rowLine } from '../../table.ts';
import { print, styled } from '../../terminal.ts';

/** Findings are an answer, not a failure: the command fails only if it could not look. */
export const command = defineCommand({
  summary: "List accounts and sessions that today's rules would not allow",
  options: { config: configOption, json: { type: 'boolean', help: 'one JSON object per line' } },
  async run({ json = false, ...values }) {
    const config = await loadSettings(values);
    await using stores = await openExistingStores(config);
    let count = 0;
    for await (const finding of audit({ stores, config, now: systemClock.now() })) {
      if (count === 0 && !json) print(styled('bold', rowLine(columns, widths)));
      count += 1;
      print(json ? JSON.stringify(finding) : rowOf(finding));
    }
    if (!json) print(count === 0 ? 'Nothing was found.' : `Findings: ${count}. Nothing was changed.`);
  },
});

const columns = ['FINDING', 'FAMILY', 'ACCOUNT', 'DETAIL'];
const widths = [24, 12, 36];

const rowOf = ({ kind, family, account, detail }: Finding): string =>
  rowLine([kind, family ?? '-', account, detail], widths);
