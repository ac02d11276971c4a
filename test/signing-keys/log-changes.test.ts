import { expect, test } from 'vitest';
import type { Log } from '#src/observability/logger';
import { createChangeLog } from '#src/signing-keys/log-changes';
import type { KeyRingStatus, KeyState } from '#src/signing-keys/ports';

const set = () => {
  const logged: unknown[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    logged.push([level, message, fields]);
  };
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const logChanges = createChangeLog(log);
  /** Whether the status counts as changed, and what was logged for it. */
  const next = (status: Partial<KeyRingStatus>) => {
    logged.length = 0;
    const changed = logChanges({ ready: true, keys: [], problems: [], warnings: [], ...status });
    return { changed, logged: [...logged] };
  };
  return next;
};

const key = (kid: string, state: KeyState) => ({
  kid,
  fingerprint: `of ${kid}`,
  state,
  createdAt: 0,
  since: 0,
  next: '',
});
const notice = (message: string) => ({ file: 'ledger.jsonl', message });
const nothing = { changed: false, logged: [] };

test('a key is logged when it appears and at each change of state', () => {
  const next = set();
  expect(next({})).toEqual(nothing);
  const fields = { kid: 'a', fingerprint: 'of a' };
  expect(next({ keys: [key('a', 'draft')] })).toEqual({
    changed: true,
    logged: [['info', 'service token key', { ...fields, state: 'draft' }]],
  });
  expect(next({ keys: [key('a', 'draft')] })).toEqual(nothing);
  expect(next({ keys: [key('a', 'active'), key('b', 'draft')] }).logged).toEqual([
    ['info', 'service token key', { ...fields, state: 'active' }],
    ['info', 'service token key', { kid: 'b', fingerprint: 'of b', state: 'draft' }],
  ]);
});

test('notices are logged once, problems as errors and warnings as warnings', () => {
  const next = set();
  const status = { problems: [notice('is damaged')], warnings: [notice('is old')] };
  expect(next(status)).toEqual({
    changed: true,
    logged: [
      ['error', 'service token keys: problem', notice('is damaged')],
      ['warn', 'service token keys: warning', notice('is old')],
    ],
  });
  expect(next(status)).toEqual(nothing);
  expect(next({ ...status, problems: [...status.problems, notice('is missing')] })).toEqual({
    changed: true,
    logged: [['error', 'service token keys: problem', notice('is missing')]],
  });
});

test('a notice that is gone is a change, and is logged again when it returns', () => {
  const next = set();
  next({ problems: [notice('is damaged')] });
  expect(next({})).toEqual({ changed: true, logged: [] });
  expect(next({ problems: [notice('is damaged')] }).logged).toHaveLength(1);
  expect(next({ problems: [{ ...notice('is damaged'), file: 'another' }] }).logged).toHaveLength(1);
});
