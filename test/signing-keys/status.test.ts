import { describe, expect, test } from 'vitest';
import { rotationAt } from '#src/signing-keys/ledger/rotation';
import type { KeyNotice } from '#src/signing-keys/ports';
import { statusOf } from '#src/signing-keys/status';
import { exportedAndAcknowledged, hour, type Line, ledgerOf, start } from './ledger-of.ts';

const file = '/keys/ledger.jsonl';
const stray: KeyNotice = { file: '/keys/stray.pem', message: 'is unknown' };
const broken: KeyNotice = { file: '/keys/broken.pem', message: 'is damaged' };

/** The status `hours` after the start; the active key signs unless `signs` is false. */
const statusAt = (lines: readonly Line[], hours: number, signs = true) => {
  const now = start + hours * hour;
  const rotation = rotationAt(ledgerOf(...lines), now, hour);
  return statusOf({
    loaded: { entries: [], records: new Map(), signers: new Map(), problems: [broken], warnings: [stray] },
    rotation,
    signing:
      signs && rotation.active !== undefined
        ? { kid: rotation.active, sign: async (bytes) => bytes }
        : undefined,
    now,
    settings: { warnAfter: 100 * hour },
    ledgerPath: file,
  });
};

const adopted: Line = [0, 'adopted', 'a'];

test('a ring that signs has only the notices of what was loaded', () => {
  expect(statusAt([adopted], 1)).toEqual({ ready: true, keys: [], problems: [broken], warnings: [stray] });
});

describe('a ring that does not sign', () => {
  test.each([
    [
      'because of the private key',
      [adopted],
      'names "a" as the active key, but its private key is not usable',
    ],
    [
      'although a key is acknowledged',
      [...exportedAndAcknowledged('b'), ...exportedAndAcknowledged('-c')],
      'has no active key, so no service token can be signed: run kinpass keys activate b',
    ],
    [
      'although a key is acknowledged whose id looks like an option',
      exportedAndAcknowledged('-c'),
      'has no active key, so no service token can be signed: run kinpass keys activate -- -c',
    ],
    [
      'because there is only a draft',
      [[0, 'generated', 'b']],
      'has no active key, so no service token can be signed: generate, export, acknowledge and activate one; kinpass keys list shows the next step',
    ],
  ] as [string, Line[], string][])('%s', (_, lines, message) => {
    const { ready, problems } = statusAt(lines, 1, false);
    expect(ready).toBe(false);
    expect(problems).toEqual([broken, { file, message }]);
  });
});

describe('warnings', () => {
  const old =
    'the active key "a" was created 2030-01-01T00:00:00Z, which exceeds keys.warnAfter; run kinpass keys generate to start a rotation';
  const planned: Line[] = [
    adopted,
    ...exportedAndAcknowledged('b'),
    [1, 'activated', 'b', { planned: 5 }],
    [1, 'retired', 'a', { planned: 5 }],
  ];
  test.each([
    ['an active key below the age limit', [adopted], 99.9, []],
    ['an active key at the age limit', [adopted], 100, [old]],
    ['an old key that is not active', [[0, 'generated', 'a']], 200, []],
    ['a plan that is still to come', planned, 4, []],
    [
      'a plan that lapsed',
      [...planned.slice(0, -2), [1, 'retired', 'a', { planned: 5 }]],
      6,
      [
        'the step planned for 2030-01-01T05:00:00Z (retired "a") was skipped: it is the active key: activate another one first',
      ],
    ],
    ['a plan that lapsed when its key changed state', planned, 6, []],
    ['a clock a minute behind the ledger', [[1, 'adopted', 'a']], 1 - 1 / 60, []],
    [
      'a clock further behind the ledger',
      [[1, 'adopted', 'a']],
      1 - 1.01 / 60,
      [
        "its last line was written at 2030-01-01T01:00:00Z (at), which is in the future by this machine's clock: set the clock",
      ],
    ],
  ] as [string, Line[], number, string[]][])('%s', (_, lines, hours, messages) => {
    const { warnings } = statusAt(lines, hours);
    expect(warnings).toEqual([stray, ...messages.map((message) => ({ file, message }))]);
  });

  test('a lapsed plan is not repeated after its key has entered another state', () => {
    const lines: Line[] = [...planned.slice(0, -2), [1, 'retired', 'a', { planned: 5 }]];
    const later: Line[] = [...lines, [6, 'activated', 'b']];
    expect(statusAt(later, 7).warnings).toEqual([stray]);
  });
});
