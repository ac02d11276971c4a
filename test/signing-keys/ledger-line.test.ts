import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { publicMembers } from '#src/lib/rsa-key';
import { publicFingerprint } from '#src/signing-keys/key/public-key';
import { formatLine, type LedgerEntry, parseLedger } from '#src/signing-keys/ledger/ledger-line';

const members = publicMembers(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, 'a key');
const fingerprint = publicFingerprint(members);
const at = Date.UTC(2030, 0, 31, 8);

const created: LedgerEntry = {
  at,
  by: 'ana@office',
  event: 'generated',
  kid: 'a',
  fingerprint,
  publicKey: members,
  where: { kind: 'file', name: 'service-token-0123.pem' },
};
const activated: LedgerEntry = {
  at,
  by: 'ana@office',
  event: 'activated',
  kid: 'a',
  fingerprint,
  planned: at + 1_500,
  forced: true,
  maxTokenLifetime: 3_600_000,
  note: 'ticket 4711',
};

test('a line is stored with readable times and seconds', () => {
  expect(JSON.parse(formatLine(activated))).toEqual({
    version: 1,
    at: '2030-01-31T08:00:00.000Z',
    by: 'ana@office',
    event: 'activated',
    kid: 'a',
    fingerprint,
    planned: '2030-01-31T08:00:01.500Z',
    forced: true,
    longestLife: 3_600,
    note: 'ticket 4711',
  });
  expect(formatLine(activated)).toMatch(/^\{"version":1,"at":.*\}\n$/);
  expect(Object.keys(JSON.parse(formatLine(created)))).not.toContain('planned');
  expect(JSON.parse(formatLine({ ...activated, maxTokenLifetime: 1_001 }))).toMatchObject({ longestLife: 2 });
});

test.each([
  ['in a file', { kind: 'file', name: 'service-token.pem' }],
  ['in a file with a fingerprint', { kind: 'file', name: 'service-token-0123456789abcdef.pem' }],
  ['in a JWK file', { kind: 'file', name: 'service-token.jwk' }],
  [
    'at a key management service',
    { kind: 'kms', keyId: 'arn:aws:kms:eu-central-1:1:key/k'.padEnd(2_048, 'k') },
  ],
] as [string, LedgerEntry['where']][])('the lines of a key %s are read as they were written', (_, where) => {
  const entries: LedgerEntry[] = [
    { ...created, where },
    { ...activated, by: 'b'.repeat(200), note: 'n'.repeat(500) },
  ];
  expect(parseLedger(entries.map(formatLine).join(''), 'ledger')).toEqual(entries);
});

describe('an invalid ledger is rejected', () => {
  const line = (entry: LedgerEntry, changes: object = {}) =>
    `${JSON.stringify({ ...(JSON.parse(formatLine(entry)) as object), ...changes })}\n`;
  const other = publicMembers(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, 'a key');
  const format = (field: string) =>
    `line 2: ${field} is not in the format that Kinpass writes: restore the file from a backup`;
  const second = (changes: object) => line(created) + line(activated, changes);

  test.each([
    ['', 'is empty: restore the file from a backup'],
    [line(created).trimEnd(), 'line 1 is truncated: restore the file from a backup'],
    [line(created) + line(activated).slice(0, 40), 'line 2 is truncated: restore the file from a backup'],
    [`${line(created)}null\n`, 'line 2 is not a JSON object: restore the file from a backup'],
    [`${line(created)}7\n`, 'line 2 is not a JSON object: restore the file from a backup'],
    [`${line(created)}\n`, 'line 2 is not a JSON object: restore the file from a backup'],
    [second({ version: 2 }), 'line 2 was written by a newer Kinpass (ledger version 2); upgrade'],
    [second({ version: 0 }), format('version')],
    [second({ version: undefined }), format('version')],
    [second({ at: 'yesterday' }), format('at')],
    [second({ by: '' }), format('by')],
    [second({ by: 'b'.repeat(201) }), format('by')],
    [second({ event: 'blessed' }), format('event')],
    [second({ kid: '../a' }), format('kid')],
    [second({ fingerprint: 'x'.repeat(64) }), format('fingerprint')],
    [second({ fingerprint: `${fingerprint}0` }), format('fingerprint')],
    [second({ fingerprint: `0${fingerprint}` }), format('fingerprint')],
    [second({ planned: 7 }), format('planned')],
    [second({ forced: false }), format('forced')],
    [second({ longestLife: 0 }), format('longestLife')],
    [second({ longestLife: 1.5 }), format('longestLife')],
    [second({ note: 'n'.repeat(501) }), format('note')],
    [second({ hello: 1 }), format('hello')],
    [`${line(created)}[]\n`, format('line')],
    [second({ where: { kind: 'file', name: 'service-token.pem', more: 1 } }), format('where')],
    [second({ where: { kind: 'file', name: '../service-token.pem' } }), format('where.name')],
    [second({ where: { kind: 'file', name: 'service-token.pem.old' } }), format('where.name')],
    [second({ where: { kind: 'file', name: 'service-token.txt' } }), format('where.name')],
    [second({ where: { kind: 'kms', keyId: '' } }), format('where.keyId')],
    [second({ where: { kind: 'kms', keyId: 'k'.repeat(2_049) } }), format('where.keyId')],
    [second({ where: { kind: 'kms', keyId: 'k', more: 1 } }), format('where')],
    [second({ where: { kind: 'drawer' } }), format('where.kind')],
    [second({ publicKey: { kty: 'EC' } }), format('publicKey.kty')],
    [
      line(created, { publicKey: undefined }),
      'line 1: publicKey or where is missing: restore the file from a backup',
    ],
    [
      line(created, { where: undefined }),
      'line 1: publicKey or where is missing: restore the file from a backup',
    ],
    [
      line(created, { publicKey: other }),
      'line 1: fingerprint does not match publicKey: restore the file from a backup',
    ],
    [
      line(created, { publicKey: { kty: 'RSA', n: '', e: '' } }),
      'line 1: fingerprint does not match publicKey: restore the file from a backup',
    ],
    [
      second({ fingerprint: '0'.repeat(64) }),
      'line 2: fingerprint does not match the key "a": restore the file from a backup',
    ],
    [
      line(created) + line(created, { publicKey: other, fingerprint: publicFingerprint(other) }),
      'line 2: fingerprint does not match the key "a": restore the file from a backup',
    ],
  ])('%#', (text, problem) => {
    let thrown: unknown;
    try {
      parseLedger(text, 'ledger.jsonl');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'keys_invalid',
      field: 'ledger.jsonl',
      hint: `ledger.jsonl ${problem}`,
    });
  });
});
