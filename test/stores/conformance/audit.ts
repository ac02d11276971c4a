import { expect, test } from 'vitest';
import { chainFault } from '#src/stores/audit-chain';
import type { AuditEntry } from '#src/stores/audit-ports';
import type { Stores } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

const everything = { after: 0, limit: 1_000 };

/** Whether these entries are a whole chain. */
const faultsOf = (entries: readonly AuditEntry[]) =>
  entries.map((entry, index) => chainFault(entry, entries[index - 1] ?? { seq: 0, hash: '' }));

export const auditPromises = (start: Start): void => {
  test('entries are numbered and chained, whoever appends them', async () => {
    const { stores, rival } = await start();
    const first = await stores.audit.append(auditRecord());
    const second = await rival.audit.append(auditRecord({ via: 'admin', source: null, details: { n: 1 } }));
    expect(first).toMatchObject({ ...auditRecord(), seq: 1, previous: '' });
    expect(second).toMatchObject({ seq: 2, previous: first.hash, via: 'admin', details: { n: 1 } });
    expect(await stores.audit.list(everything)).toEqual([first, second]);
  });

  test('rivals make one chain, without gaps', async () => {
    const given = await start();
    await rivals<Stores, unknown>(given, 40, (through, index) =>
      index % 4 === 0
        ? through.revocations.add({ kind: 'jti', id: `${index}`, reason: '', at: 1 }, auditRecord())
        : through.audit.append(auditRecord({ at: index })),
    );
    const entries = await given.stores.audit.list(everything);
    expect(entries).toHaveLength(40);
    expect(faultsOf(entries)).toEqual(entries.map(() => undefined));
  });

  test('the list goes on after an entry, page by page', async () => {
    const { stores } = await start();
    for (let n = 0; n < 5; n += 1) await stores.audit.append(auditRecord());
    const numbered = async (after: number, limit: number) =>
      (await stores.audit.list({ after, limit })).map(({ seq }) => seq);
    expect(await numbered(0, 2)).toEqual([1, 2]);
    expect(await numbered(2, 2)).toEqual([3, 4]);
    expect(await numbered(4, 2)).toEqual([5]);
    expect(await numbered(5, 2)).toEqual([]);
  });

  test('strange texts are kept as they are', async () => {
    const { stores } = await start();
    for (const text of strangeKeys)
      await stores.audit.append(auditRecord({ reason: text, target: { kind: 'key', id: text } }));
    const entries = await stores.audit.list(everything);
    expect(entries.map(({ reason }) => reason)).toEqual(strangeKeys);
    expect(faultsOf(entries)).toEqual(entries.map(() => undefined));
  });

  test('an entry that was given out cannot be changed from outside', async () => {
    const { stores } = await start();
    const record = auditRecord({ target: { kind: 'account', id: 'ana' } });
    const given = await stores.audit.append(record);
    Object.assign(record.target, { id: 'ben' });
    Object.assign(given.target, { id: 'chloe' });
    expect(await stores.audit.list(everything)).toMatchObject([{ target: { id: 'ana' } }]);
  });

  test('the sweep leaves it alone', async () => {
    const { stores } = await start();
    await stores.audit.append(auditRecord({ at: 0 }));
    await stores.sweep({ now: Number.MAX_SAFE_INTEGER, instancesSeenBefore: 0, limit: 100 });
    expect(await stores.audit.list(everything)).toHaveLength(1);
  });
};
