import { expect, test } from 'vitest';
import { createTerminalTrail, terminalOperator } from '#src/cli/audit-trail';
import type { AuditStore } from '#src/stores/audit-ports';
import { createMemoryStores } from '#src/stores/memory/create';

const action = { action: 'key.generate', target: { kind: 'key', id: 'new' }, reason: '' } as const;

/** What is written to stderr while an action is done; `fails` names the entry that the database refuses. */
const writtenTo = async (stderr: { isTTY?: boolean }, fails = 0): Promise<string[]> => {
  const lines: string[] = [];
  const { audit: store } = createMemoryStores();
  let appended = 0;
  const audit: AuditStore = {
    ...store,
    append: (record) => {
      appended += 1;
      return appended === fails ? Promise.reject(new Error('the disk is full')) : store.append(record);
    },
  };
  const { recordAction } = createTerminalTrail(audit, { ...stderr, write: (line) => lines.push(line) });
  const act = async () => {
    throw new Error('no such key');
  };
  await recordAction(terminalOperator(), action, act).catch(() => undefined);
  return lines;
};

test('who collects stderr gets each entry', async () => {
  const entries = (await writtenTo({})).map((line) => JSON.parse(line));
  expect(entries).toMatchObject([
    { level: 'info', audit: { seq: 1, outcome: 'started' } },
    { level: 'warn', audit: { seq: 2, outcome: 'failed' } },
  ]);
});

test('a person at a terminal is shown none, unless one cannot be written', async () => {
  expect(await writtenTo({ isTTY: true })).toEqual([]);
  expect(await writtenTo({ isTTY: true }, 2)).toEqual([expect.stringContaining('"level":"error"')]);
});
