import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { cancelCutOver, type VerifiedTable } from '#src/stores/copy/cut-over';
import type { Stores } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import { postgresUrl } from '../../support/postgres.ts';
import { strangeKeys } from '../conformance/rivals.ts';
import { bothWays, silent, startTwoStores } from './two-stores.ts';
import { addOperations, addViewer, areAwaited, day, listsOf, refresh, seenOf } from './viewers.ts';

const now = systemClock.now();

const everything = async (stores: Stores, names: readonly string[]) => {
  const viewers = [];
  for (const name of names) viewers.push(await seenOf(stores, name, now));
  return { viewers, lists: await listsOf(stores, now) };
};

describe.skipIf(!postgresUrl).each(bothWays)('from %s to %s', (from, to) => {
  test('all data is copied in the same order, and remains usable', async () => {
    const { using, cutOver } = startTwoStores();
    const names = ['zoe', 'ana', ...strangeKeys.filter((key) => key !== '')];
    const before = await using(from, async (stores) => {
      for (const name of names) await addViewer(stores, name, now);
      await addOperations(stores, now);
      return everything(stores, names);
    });
    const verified: VerifiedTable[] = [];
    await cutOver(from, { ...silent, verified: (tables) => verified.push(...tables) });
    await using(to, async (stores) => {
      expect(await everything(stores, names)).toEqual(before);
      expect(await areAwaited(stores, now)).toBe(true);
      await addViewer(stores, 'ben', now);
      await stores.revocations.add({ kind: 'account', id: 'ben', reason: '', at: now }, auditRecord());
      expect((await listsOf(stores, now)).signIns).toEqual(before.lists.signIns);
    });
    const rows = Object.fromEntries(verified.map((table) => [table.name, table.rows]));
    expect(rows).toMatchObject({
      accounts: names.length + 1,
      imported_subjects: 1,
      redeemed: names.length,
      audit: 2,
      subject_journal: 2,
    });
  });

  test('changes made during the copy are copied', async () => {
    const { using, copy, cutOver } = startTwoStores();
    const names = ['ana', 'ben', 'chloe', 'dan', 'eve'];
    await using(from, async (stores) => {
      for (const name of names.slice(0, 4)) await addViewer(stores, name, now);
      await stores.artifacts.upsert(
        { model: 'DeviceCode', id: 'over', userCode: 'ABCD', payload: {}, expiresAt: now + 1 },
        now,
      );
      await copy(from);
      await addViewer(stores, 'eve', now);
      await refresh(stores, 'ana', ['second', 'third'], now);
      await stores.signIns.end('grant of ben', now);
      // The pair of chloe moves to another TV, and another one takes its place.
      await stores.instances.add({
        ...(await instanceOf(stores, 'chloe')),
        id: 'new tv',
        createdAt: now + 1,
      });
      const move = { app: 'ref30-tv', device: 'chloe', viewer: 'chloe', to: 'new tv', now };
      expect(await stores.credentials.bring(move)).toMatchObject({ id: 'pair of chloe' });
      await stores.credentials.add({
        id: 'another',
        secret: 's',
        instance: 'tv of chloe',
        holder: 'chloe',
        createdAt: now,
      });
      await stores.credentials.replace('pair of dan', {
        id: 'new',
        secret: 's',
        instance: 'tv of dan',
        holder: 'dan',
        createdAt: now,
      });
      await stores.artifacts.upsert(
        { model: 'DeviceCode', id: 'new', userCode: 'ABCD', payload: {}, expiresAt: now + day },
        now + 2,
      );
      await addOperations(stores, now);
    });
    const before = await using(from, (stores) => everything(stores, names));
    await cutOver(from);
    await using(to, async (stores) => {
      expect(await everything(stores, names)).toEqual(before);
      expect(await stores.credentials.byId('new')).toMatchObject({ holder: 'dan' });
      expect(await stores.credentials.find({ instance: 'new tv', holder: 'chloe' })).toMatchObject({
        id: 'pair of chloe',
      });
      expect(await stores.artifacts.findByUserCode('DeviceCode', 'ABCD', now + 2)).toBeDefined();
      expect(await refresh(stores, 'ana', ['second', 'fourth'], now), 'a token that was used').toBe(false);
      expect(await refresh(stores, 'ana', ['third', 'fourth'], now)).toBe(true);
    });
  });

  test('a pass writes only differences', async () => {
    const { using, copy } = startTwoStores();
    const keys = Array.from({ length: 2_500 }, (_, index) => ({ key: `${index}`, by: 1, window: day }));
    await using(from, (stores) => stores.counters.add(keys, now));
    expect(await copy(from)).toMatchObject({ rows: 2_500, written: 0, removed: 0 });
    await using(from, (stores) => stores.counters.add(keys.slice(1_500, 1_503), now));
    expect(await copy(from)).toMatchObject({ rows: 2_500, written: 3 });
    const passes: number[] = [];
    await copy(from, { ...silent, passed: ({ written }) => passes.push(written) });
    expect(passes).toEqual([0]);
  });

  test('only one store accepts writes: the old one refuses them, even on open connections', async () => {
    const { open, using, copy, cutOver } = startTwoStores();
    await using(from, (stores) => addViewer(stores, 'ana', now));
    await copy(from);
    await expect(open(to), 'an incomplete copy').rejects.toMatchObject({
      code: 'store_invalid',
      hint: expect.stringContaining('is an incomplete copy of'),
    });
    await using gateway = await open(from);
    await cutOver(from, {
      ...silent,
      verified: killed,
    }).catch(() => undefined);
    await expect(refresh(gateway, 'ana', ['second', 'third'], now)).rejects.toMatchObject({
      code: 'gateway_unavailable',
      retryAfter: 1,
    });
    await expect(gateway.audit.append(auditRecord())).rejects.toMatchObject({ code: 'gateway_unavailable' });
    await expect(gateway.ping()).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(await gateway.signIns.find('grant of ana'), 'reading goes on').toBeDefined();
    await expect(open(from)).rejects.toMatchObject({
      code: 'store_invalid',
      hint: expect.stringMatching(/^The data of .* was moved to .* on \d{4}-/),
    });
    await expect(open(to)).rejects.toMatchObject({ code: 'store_invalid' });
    await cutOver(from);
    await using(to, (stores) => stores.ping());
  });

  test('a cut-over can be canceled until it is complete, and repeated', async () => {
    const { open, using, cutOver, withCopy } = startTwoStores();
    await using(from, (stores) => addViewer(stores, 'ana', now));
    await using gateway = await open(from);
    await cutOver(from, { ...silent, left: killed }).catch(() => undefined);
    await expect(addViewer(gateway, 'ben', now)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    await withCopy(from, cancelCutOver);
    await gateway.ping();
    await addViewer(gateway, 'ben', now);
    await expect(open(to)).rejects.toMatchObject({ code: 'store_invalid' });
    await cutOver(from);
    await using(to, async (stores) => expect(await stores.signIns.find('grant of ben')).toBeDefined());
    await expect(withCopy(from, cancelCutOver)).rejects.toMatchObject({ code: 'store_invalid' });
  });

  test('the way back copies the changes into the previous store', async () => {
    const { using, cutOver } = startTwoStores();
    await using(from, async (stores) => {
      await addViewer(stores, 'ana', now);
      await addViewer(stores, 'ben', now);
      await addOperations(stores, now);
    });
    await cutOver(from);
    const before = await using(to, async (stores) => {
      await stores.signIns.end('grant of ana', now);
      await addViewer(stores, 'chloe', now);
      await stores.revocations.add({ kind: 'account', id: 'ben', reason: '', at: now }, auditRecord());
      return everything(stores, ['ana', 'ben', 'chloe']);
    });
    await cutOver(to);
    await using(from, async (stores) => {
      expect(await everything(stores, ['ana', 'ben', 'chloe'])).toEqual(before);
      await addViewer(stores, 'dan', now);
    });
    await cutOver(from);
    await using(to, async (stores) => expect(await stores.signIns.find('grant of dan')).toBeDefined());
    await expect(cutOver(from), 'again').rejects.toMatchObject({
      hint: expect.stringContaining('there is nothing to do'),
    });
  });
});

const killed = (): never => {
  throw new Error('here the command is killed');
};

const instanceOf = async (stores: Stores, name: string) => {
  const found = await stores.instances.find(`tv of ${name}`);
  if (!found) throw new Error(`there is no TV of ${name}`);
  return found;
};
