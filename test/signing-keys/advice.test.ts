import { describe, expect, test } from 'vitest';
import { adviceFor } from '#src/signing-keys/admin/advice';
import { retirementMargin } from '#src/signing-keys/ledger/key-life';
import { rotationAt } from '#src/signing-keys/ledger/rotation';
import { exportedAndAcknowledged, hour, type Line, ledgerOf, start } from './ledger-of.ts';

const warnAfter = 100 * hour;

/** Advice for a key at the last line of a ledger. */
const adviceAt = (kid: string, ...lines: readonly Line[]) => {
  const events = ledgerOf(...lines);
  const rotation = rotationAt(events, Math.max(...events.map(({ at }) => at)), hour);
  const key = rotation.keys.get(kid);
  if (!key) throw new Error('no such key');
  return adviceFor(key, rotation, warnAfter);
};

const due = { by: start + warnAfter };
const adopted: Line = [0, 'adopted', 'a'];

describe('the next step', () => {
  test.each([
    [
      'for a draft',
      'b',
      [adopted, [1, 'generated', 'b']],
      { next: 'export it and send it to Adobe', ...due },
    ],
    ['for the first draft', 'b', [[1, 'generated', 'b']], { next: 'export it and send it to Adobe' }],
    [
      'for an exported key',
      'b',
      [adopted, [1, 'generated', 'b'], [1, 'exported', 'b']],
      { next: 'acknowledge it once Adobe has confirmed it', ...due },
    ],
    [
      'for an acknowledged key',
      'b',
      [adopted, ...exportedAndAcknowledged('b', 1)],
      { next: 'activate it', ...due },
    ],
    ['for the active key', 'a', [adopted], { next: 'generate its successor', ...due }],
    ...(['generated', 'exported', 'acknowledged'] as const).map(
      (last, index): [string, string, Line[], object] => [
        `for the active key if a successor is ${last}`,
        'a',
        [adopted, ...exportedAndAcknowledged('b', 1).slice(0, index + 1)],
        { next: 'continue with its successor', ...due },
      ],
    ),
    [
      'for the active key if its successor was destroyed',
      'a',
      [adopted, [1, 'generated', 'b'], [2, 'destroyed', 'b']],
      { next: 'generate its successor', ...due },
    ],
    [
      'for an active key that Adobe has not acknowledged',
      'a',
      [
        [0, 'generated', 'a'],
        [0, 'activated', 'a', { forced: true }],
      ],
      { next: 'export it, send it to Adobe and acknowledge it: Adobe may not know it yet' },
    ],
    [
      'for a retiring key',
      'a',
      [adopted, ...exportedAndAcknowledged('b', 1), [2, 'activated', 'b']],
      { next: 'retire it, not before then', by: start + 3 * hour + retirementMargin },
    ],
    [
      'for a retired key',
      'a',
      [adopted, ...exportedAndAcknowledged('b', 1), [2, 'activated', 'b'], [4, 'retired', 'a']],
      { next: 'ask Adobe to delete it, then destroy it' },
    ],
    ['for a destroyed key', 'a', [adopted, [1, 'destroyed', 'a']], { next: '' }],
    [
      'for a key with a plan',
      'b',
      [adopted, ...exportedAndAcknowledged('b', 1), [2, 'activated', 'b', { planned: 9 }]],
      { next: 'none: will be activated automatically', by: start + 9 * hour },
    ],
    [
      'for the other keys if there is a plan',
      'a',
      [adopted, ...exportedAndAcknowledged('b', 1), [2, 'activated', 'b', { planned: 9 }]],
      { next: 'continue with its successor', ...due },
    ],
  ] as [string, string, Line[], object][])('%s', (_, kid, lines, advice) => {
    expect(adviceAt(kid, ...lines)).toEqual(advice);
  });
});
