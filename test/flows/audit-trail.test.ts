import { expect, test } from 'vitest';
import { type Action, createAuditTrail, type Operator } from '#src/flows/audit-trail';
import { fail } from '#src/lib/errors';
import type { AuditStore } from '#src/stores/audit-ports';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const olga: Operator = { actor: 'olga', via: 'admin', source: '203.0.113.9' };
const action: Action = {
  action: 'key.generate',
  target: { kind: 'key', id: 'new' },
  reason: 'ticket 4711',
  details: { bits: 2048 },
};

/** The log refuses its `fails`th entry, if any. */
const start = ({ fails = 0 } = {}) => {
  const { audit: store } = createMemoryStores();
  let appended = 0;
  const audit: AuditStore = {
    list: store.list,
    append: async (record) => {
      appended += 1;
      if (appended === fails) throw new Error('the disk is full');
      return store.append(record);
    },
  };
  const lines: object[] = [];
  const levels: string[] = [];
  const writeAt = (level: string) => (fields: object) => {
    lines.push(fields);
    levels.push(level);
  };
  const log = { info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') };
  const trail = createAuditTrail({ audit, clock: createManualClock(), log });
  return { ...trail, lines, levels, entries: () => store.list({ after: 0, limit: 10 }) };
};

test('an action is recorded when it starts and when it is done, with what was learned', async () => {
  const { recordAction, entries, lines, levels } = start();
  const during: unknown[] = [];
  const kid = await recordAction(
    olga,
    action,
    async () => {
      during.push(...(await entries()));
      return 'kid-1';
    },
    (id) => ({ target: { kind: 'key', id }, details: { file: 'a.pem' } }),
  );
  expect(kid).toBe('kid-1');
  expect(during).toMatchObject([{ seq: 1, ...olga, ...action, outcome: 'started' }]);
  const recorded = await entries();
  expect(recorded[1]).toMatchObject({
    seq: 2,
    ...olga,
    action: 'key.generate',
    target: { kind: 'key', id: 'kid-1' },
    outcome: 'done',
    reason: 'ticket 4711',
    details: { bits: 2048, file: 'a.pem', started: 1 },
  });
  expect(lines, 'each entry, hash included, is in the log too').toEqual(recorded.map((audit) => ({ audit })));
  expect(levels).toEqual(['info', 'info']);
});

test('one that fails is recorded with the code and the field, never the text', async () => {
  const { recordAction, entries, levels } = start();
  const act = async () => {
    throw fail('config_invalid', { field: '--out', hint: 'secret-folder is not writable' });
  };
  await expect(recordAction(olga, action, act)).rejects.toMatchObject({ code: 'config_invalid' });
  const [, end] = await entries();
  expect(end).toMatchObject({
    outcome: 'failed',
    details: { error: 'config_invalid', field: '--out', started: 1 },
  });
  expect(JSON.stringify(end)).not.toContain('secret-folder');
  expect(levels, 'a failure stands out').toEqual(['info', 'warn']);
});

test('what cannot be recorded is not done', async () => {
  const { recordAction, entries } = start({ fails: 1 });
  let done = false;
  const acting = recordAction(olga, action, async () => {
    done = true;
  });
  await expect(acting).rejects.toMatchObject({ code: 'audit_unavailable', hint: 'Nothing was done.' });
  expect(done).toBe(false);
  expect(await entries()).toEqual([]);
});

test('an end that cannot be recorded is said, and leaves a start', async () => {
  const { recordAction, entries } = start({ fails: 2 });
  await expect(recordAction(olga, action, async () => 'kid-1')).rejects.toMatchObject({
    code: 'audit_unavailable',
    hint: 'The outcome is "done", but the log says only that it started (entry 1).',
  });
  expect(await entries()).toMatchObject([{ outcome: 'started' }]);
});

test('of two failures the one of the action is told', async () => {
  const { recordAction, lines } = start({ fails: 2 });
  const act = async () => {
    throw fail('keys_invalid');
  };
  await expect(recordAction(olga, action, act)).rejects.toMatchObject({ code: 'keys_invalid' });
  expect(lines.at(-1)).toMatchObject({ code: 'audit_unavailable' });
});
