import { expect, test } from 'vitest';
import type { SignInOpening } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { rivals } from './rivals.ts';
import { identityOf, tv as instance, signIn } from './rows.ts';

const key = { model: 'Interaction', id: 'page' };
const opening: SignInOpening = {
  signIn,
  instance,
  adopts: true,
  changes: [{ spend: key }, { put: { model: 'Grant', id: 'g1', payload: {} } }],
};

export const openedSignInPromises = (start: Start): void => {
  const startWithPage = async () => {
    const given = await start();
    const now = given.clock.now();
    await given.stores.artifacts.upsert({ ...key, payload: {} }, now);
    return { ...given, now };
  };

  test('a sign-in is opened with its instance, its first viewer and what else changes', async () => {
    const { stores, rival, now } = await startWithPage();
    expect(await stores.signIns.open(opening, now)).toBe('opened');
    expect(await rival.signIns.find('g1')).toEqual(signIn);
    expect(await rival.instances.find('tv')).toEqual({ ...instance, firstViewer: 'ana' });
    expect(await rival.artifacts.find('Grant', 'g1', now)).toBeDefined();
    expect(await rival.artifacts.find('Interaction', 'page', now)).toMatchObject({ consumedAt: now });
  });

  test('an instance that is there was seen, and its viewer takes over what it used anonymously', async () => {
    const { stores } = await start();
    await stores.instances.add(instance);
    const pair = { id: 'pair', secret: 's', instance: 'tv', holder: '', createdAt: 1_000 };
    await stores.credentials.add(pair);
    expect(await stores.signIns.open({ signIn, adopts: true, changes: [] }, 2_000)).toBe('opened');
    expect(await stores.instances.find('tv')).toMatchObject({ firstViewer: 'ana', seenAt: 2_000 });
    expect((await stores.credentials.find({ instance: 'tv', holder: 'ana' }))?.id).toBe('pair');
  });

  test('where nothing is taken over, the instance stays without a first viewer', async () => {
    const { stores } = await start();
    await stores.signIns.open({ signIn, instance, adopts: false, changes: [] }, 2_000);
    expect((await stores.instances.find('tv'))?.firstViewer).toBeNull();
  });

  test.for([
    { revokedAt: 900, lifted: false, outcome: 'ended' },
    { revokedAt: 900, lifted: true, outcome: 'ended' },
    { revokedAt: 899, lifted: false, outcome: 'ended' },
    { revokedAt: 899, lifted: true, outcome: 'opened' },
  ])(
    'of an account revoked at $revokedAt, lifted: $lifted, a sign-in of 900 is $outcome',
    async ({ revokedAt, lifted, outcome }) => {
      const { stores, rival, now } = await startWithPage();
      const fresh = { id: 'ana', family: 'ref', createdAt: 1, subjectVersion: 1, endedAt: null };
      const identity = identityOf('ana');
      await stores.accounts.resolve({ identity, fresh, link: { authorities: [], provenSince: 0 } });
      const revoked = { kind: 'account', id: 'ana' } as const;
      await rival.revocations.add({ ...revoked, reason: '', at: revokedAt }, auditRecord());
      if (lifted) await rival.revocations.lift(revoked, auditRecord());
      expect(await stores.signIns.open(opening, now)).toBe(outcome);
      const opened = outcome === 'opened';
      expect((await stores.signIns.find('g1')) !== undefined).toBe(opened);
      expect((await stores.instances.find('tv')) !== undefined).toBe(opened);
      expect((await stores.artifacts.find('Grant', 'g1', now)) !== undefined).toBe(opened);
    },
  );

  test('of rivals that decide one page, one opens a sign-in; the others leave nothing', async () => {
    const given = await startWithPage();
    const { stores, now } = given;
    const outcomes = await rivals(given, 20, (through, index) => {
      const [grant, id] = [`g${index}`, `tv ${index}`];
      return through.signIns.open(
        {
          signIn: { ...signIn, grant, instance: id },
          instance: { ...instance, id },
          adopts: true,
          changes: [{ spend: key }, { put: { model: 'Grant', id: grant, payload: {} } }],
        },
        now,
      );
    });
    const [winner] = outcomes.flatMap((outcome, index) => (outcome === 'opened' ? [index] : []));
    expect(outcomes.filter((outcome) => outcome === 'late')).toHaveLength(19);
    expect((await stores.signIns.list({ limit: 20 })).map(({ grant }) => grant)).toEqual([`g${winner}`]);
    for (const index of outcomes.keys()) {
      const left = await stores.instances.find(`tv ${index}`);
      expect(left !== undefined).toBe(index === winner);
    }
  });
};
