import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { entriesOf } from '#src/cli/audit/entries';
import { chained, entryText, parseEntry } from '#src/stores/audit-chain';
import type { AuditEntry, AuditRecord } from '#src/stores/audit-ports';
import { verifyChain } from '#src/stores/verify-chain';
import { auditRecord } from '../support/builders.ts';
import { openStores, temporaryFile } from './sqlite-files.ts';

test('the hash is what others compute from the exported line', () => {
  const entry = chained(
    auditRecord({
      at: 1_900_000_000_000,
      source: '203.0.113.9',
      target: { kind: 'account', id: '3f1c' },
      reason: 'ticket 4711: "lost" – café',
      details: { n: 1.5, b: true },
    }),
    undefined,
  );
  // sorted, without spaces, in UTF-8, without the hash; SHA-256; base64url: by another program
  expect(entry.hash).toBe('IbLIGUUJhRMQgftxzTbMnZfLH6MyKtPkc2JAKBHM_DM');
  expect(parseEntry(entryText(entry))).toEqual(entry);
});

test('what a later version adds to an entry is covered by its hash', async () => {
  const { hash: _, ...known } = chained(auditRecord(), undefined);
  const later = chained(
    { ...known, approvedBy: 'otto', target: { ...known.target, family: 'ref' } } as never,
    undefined,
  );
  const read = parseEntry(entryText(later));
  expect(read).toEqual(later);
  await expect(verify([later])).resolves.toMatchObject({ entries: 1 });
  await expect(verify([{ ...later, approvedBy: 'olga' } as never])).rejects.toMatchObject({
    code: 'audit_broken',
  });
});

const verify = (
  entries: readonly AuditEntry[],
  more: { complete?: boolean; noted?: { seq: number; hash: string } } = {},
) =>
  verifyChain(
    (async function* () {
      yield* entries;
    })(),
    { complete: true, ...more },
  );

const chainOf = (count: number, changes: Partial<AuditRecord> = {}): AuditEntry[] => {
  const entries: AuditEntry[] = [];
  for (let n = 1; n <= count; n += 1)
    entries.push(chained(auditRecord({ details: { n }, ...changes }), entries.at(-1)));
  return entries;
};

describe('of an exported file', () => {
  const chain = chainOf(5);
  const noted = { seq: 4, hash: chain[3]?.hash ?? '' };

  test('a whole chain, and a part of one, are intact', async () => {
    expect(await verify(chain)).toMatchObject({ entries: 5, first: { seq: 1 }, last: { seq: 5 } });
    expect(await verify(chain.slice(2), { complete: false, noted })).toMatchObject({ first: { seq: 3 } });
    expect(await verify([])).toMatchObject({ entries: 0, last: undefined });
  });

  const [a, b, c, d, e] = chain as [AuditEntry, AuditEntry, AuditEntry, AuditEntry, AuditEntry];
  const { hash: _, ...changed } = { ...c, reason: 'nothing' };
  const rehashed = chained(changed as AuditRecord, b);
  test.each<[string, AuditEntry[], string]>([
    ['one that is gone', [a, b, d, e], 'entry 3 is missing.'],
    ['a beginning that is gone', [c, d, e], 'entry 1 is missing.'],
    ['two that changed places', [a, c, b, d], 'entry 2 is missing.'],
    ['one that is there twice', [a, b, b, c], 'entry 2 comes after entry 2.'],
    [
      'another reason',
      [a, b, { ...c, reason: 'nothing' }],
      'the hash of entry 3 does not match its content.',
    ],
    ['another detail', [a, { ...b, details: { x: 1 } }], 'the hash of entry 2 does not match its content.'],
    [
      'one with a new hash',
      [a, b, rehashed, d],
      'entry 4 does not name the hash of entry 3: one of them was changed.',
    ],
    ['one put in between', [a, b, chained(auditRecord(), b), c], 'entry 3 comes after entry 3.'],
  ])('%s', async (_what, entries, hint) => {
    await expect(verify(entries)).rejects.toMatchObject({ code: 'audit_broken', hint });
  });

  test.each<[string, AuditEntry[], string]>([
    ['an end that was cut off', [a, b, c], 'entry 4 is missing: the log ends with entry 3.'],
    ['everything', [], 'the log is empty.'],
    ['another chain', chainOf(5, { actor: 'mallory' }), 'entry 4 is not the one that was noted.'],
  ])('with an entry noted elsewhere: %s', async (_what, entries, hint) => {
    await expect(verify(entries)).resolves.toBeDefined();
    await expect(verify(entries, { noted })).rejects.toMatchObject({ code: 'audit_broken', hint });
  });
});

describe('of a database that somebody writes to by other means', () => {
  const start = async () => {
    const file = await temporaryFile();
    const stores = await openStores(file);
    for (let n = 1; n <= 4; n += 1)
      await stores.audit.append(auditRecord({ target: { kind: 'account', id: `a${n}` } }));
    await stores.close();
    return file;
  };
  const verifyFile = async (file: string) => {
    await using stores = await openStores(file);
    return await verifyChain(entriesOf(stores.audit), { complete: true });
  };
  const write = (file: string, sql: string): void => {
    const connection = new DatabaseSync(file);
    try {
      connection.exec(sql);
    } finally {
      connection.close();
    }
  };

  test.each([
    ["UPDATE audit SET entry = replace(entry, 'stolen', 'found') WHERE seq = 2", /append-only/],
    ['UPDATE audit SET seq = 9 WHERE seq = 4', /append-only/],
    ['DELETE FROM audit WHERE seq = 4', /append-only/],
    ['DELETE FROM audit', /append-only/],
    ["INSERT INTO audit VALUES (9, '{}')", /in order/],
    ["INSERT OR REPLACE INTO audit VALUES (2, '{}')", /in order/],
    ["INSERT INTO audit (entry) VALUES ('{}')", /in order/],
  ])('%s is refused', async (sql, why) => {
    const file = await start();
    expect(() => write(file, sql)).toThrow(why);
    expect(await verifyFile(file)).toMatchObject({ entries: 4 });
  });

  const withoutTriggers =
    'DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept; DROP TRIGGER audit_in_order;';
  test.each([
    ["UPDATE audit SET entry = replace(entry, 'stolen', 'found') WHERE seq = 2", /hash of entry 2/],
    ["UPDATE audit SET entry = replace(entry, 'olga', 'mallory') WHERE seq = 4", /hash of entry 4/],
    ["UPDATE audit SET entry = '{' WHERE seq = 3", /entry 3 cannot be read/],
    ['DELETE FROM audit WHERE seq = 2', /entry 2 is missing/],
    ['DELETE FROM audit WHERE seq = 1', /entry 1 is missing/],
    [
      'UPDATE audit SET seq = seq + 100 WHERE seq > 1; UPDATE audit SET seq = 105 - seq WHERE seq IN (102, 103)',
      /entry 2 is missing/,
    ],
    ['INSERT INTO audit SELECT 9, entry FROM audit WHERE seq = 1', /entry 1 comes after entry 4/],
  ])('%s, the triggers dropped, is found', async (sql, hint) => {
    const file = await start();
    write(file, withoutTriggers + sql);
    await expect(verifyFile(file)).rejects.toMatchObject({
      code: 'audit_broken',
      hint: expect.stringMatching(hint),
    });
  });
});
