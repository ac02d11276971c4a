import type { AuditEntry } from '#src/stores/audit-ports';
import { storedEntries } from '../../audit/entries.ts';
import { defineCommand } from '../../command.ts';
import { configOption, parseTime, parseWholeNumber } from '../../options.ts';
import { tableLines } from '../../table.ts';
import { print, styled } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'List what operators did, the newest last',
  options: {
    config: configOption,
    since: { type: 'string', value: 'time', help: 'only since this time, such as 2031-01-31T08:00Z' },
    account: { type: 'string', value: 'id', help: 'only what was done to this account' },
    action: { type: 'string', value: 'name', help: 'only this action, or group of actions such as key' },
    limit: { type: 'string', value: 'n', help: 'at most this many, the newest (default: 100)' },
  },
  async run({ since, account, action, limit, ...values }) {
    const from = parseTime(since, '--since') ?? 0;
    const max = parseWholeNumber(limit, '--limit', { fallback: 100, min: 1 });
    const isWanted = (entry: AuditEntry): boolean =>
      entry.at >= from &&
      (account === undefined || (entry.target.kind === 'account' && entry.target.id === account)) &&
      (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`));
    let found: AuditEntry[] = [];
    for await (const entry of storedEntries(values)) {
      if (!isWanted(entry)) continue;
      // The end of an action stands for its start.
      found = [...found.filter(({ seq }) => seq !== entry.details['started']), entry].slice(-max);
    }
    const [head = '', ...lines] = tableLines([columns, ...found.map(rowOf)]);
    print(found.length === 0 ? 'No entry matches.' : styled('bold', head));
    for (const line of lines) print(line);
  },
});

const columns = ['SEQ', 'TIME', 'ACTION', 'OUTCOME', 'TARGET', 'BY', 'REASON'];

const rowOf = ({ seq, at, action, outcome, target, actor, source, reason }: AuditEntry): string[] => [
  String(seq),
  new Date(at).toISOString(),
  action,
  outcome,
  `${target.kind} ${target.id}`,
  `${actor} from ${source ?? 'unknown'}`,
  reason,
];
