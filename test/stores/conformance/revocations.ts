import { expect, test } from 'vitest';
import type { Revocation } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { strangeKeys } from './rivals.ts';

const ana: Revocation = { kind: 'account', id: 'ana', reason: 'stolen', at: 1_000 };
const revoked = auditRecord();
const lifted = auditRecord({ action: 'revocation.lift', reason: 'found again' });

export const revocationPromises = (start: Start): void => {
  test('what is revoked is so for everybody, until it is lifted', async () => {
    const { stores, rival } = await start();
    expect((await stores.revocations.add(ana, revoked)).revocation).toEqual(ana);
    const asked = [
      { kind: 'instance', id: 'tv' },
      { kind: 'account', id: 'ana' },
    ] as const;
    expect(await rival.revocations.anyOf(asked)).toEqual(asked[1]);
    expect((await rival.revocations.lift(ana, lifted)).entry).toMatchObject({ ...lifted, seq: 2 });
    expect(await stores.revocations.anyOf(asked)).toBeUndefined();
    expect(await stores.revocations.lift(ana, lifted)).toEqual({});
    expect(await stores.revocations.anyOf([])).toBeUndefined();
  });

  test('a second revocation changes nothing of the first', async () => {
    const { stores, rival } = await start();
    await stores.revocations.add(ana, revoked);
    expect(await rival.revocations.add({ ...ana, reason: 'again', at: 2_000 }, revoked)).toEqual({
      revocation: ana,
    });
    expect((await stores.revocations.list({ limit: 10 })).revocations).toEqual([ana]);
  });

  test('one kind of id is not another', async () => {
    const { stores } = await start();
    await stores.revocations.add(ana, revoked);
    expect(await stores.revocations.anyOf([{ kind: 'instance', id: 'ana' }])).toBeUndefined();
    expect(await stores.revocations.anyOf([{ kind: 'jti', id: 'ana' }])).toBeUndefined();
    expect(await stores.revocations.lift({ kind: 'jti', id: 'ana' }, lifted)).toEqual({});
  });

  test('the list goes from the newest to the oldest, page by page', async () => {
    const { stores } = await start();
    for (const id of ['a', 'b', 'c']) await stores.revocations.add({ ...ana, id }, revoked);
    const first = await stores.revocations.list({ limit: 2 });
    expect(first.revocations.map(({ id }) => id)).toEqual(['c', 'b']);
    const second = await stores.revocations.list({ limit: 2, before: first.next });
    expect(second).toEqual({ revocations: [{ ...ana, id: 'a' }], next: undefined });
    expect((await stores.revocations.list({ limit: 3 })).next, 'a last page that is full').toBeUndefined();
  });

  test('strange ids stay apart', async () => {
    const { stores } = await start();
    for (const id of strangeKeys) await stores.revocations.add({ ...ana, id, reason: id }, revoked);
    const { revocations } = await stores.revocations.list({ limit: 100 });
    expect(new Set(revocations.map(({ reason }) => reason))).toEqual(new Set(strangeKeys));
    for (const id of strangeKeys)
      expect(await stores.revocations.lift({ kind: 'account', id }, lifted)).toHaveProperty('entry');
  });

  test('what changes something is in the audit log, and nothing else', async () => {
    const { stores, rival } = await start();
    const { entry } = await stores.revocations.add(ana, revoked);
    await rival.revocations.add(ana, revoked);
    await rival.revocations.lift(ana, lifted);
    await stores.revocations.lift(ana, lifted);
    const entries = await stores.audit.list({ after: 0, limit: 10 });
    expect(entries).toMatchObject([
      { ...revoked, seq: 1 },
      { ...lifted, seq: 2 },
    ]);
    expect(entry).toEqual(entries[0]);
  });
};
