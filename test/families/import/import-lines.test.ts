import { describe, expect, test } from 'vitest';
import { fingerprint } from '#src/lib/ids';
import type { ImportStore } from '#src/stores/ports';
import { app, instance } from '../../support/builders.ts';
import { importInto } from '../../support/import-lines.ts';
import { account, ana, at, ben, config, madeOfChloe, ofAna, ofNobody, start, stateOf } from './lines.ts';

describe('what is imported', () => {
  test('stands as the lines say', async () => {
    const t = await start();
    const { counts, refused } = await t.lines(ana, ben, ofAna, ofNobody);
    expect(refused).toEqual([]);
    expect(counts).toEqual({
      lines: 4,
      accounts: 2,
      identities: 3,
      subjects: 2,
      credentials: 2,
      unchanged: 0,
      refused: 0,
    });
    const stored = await t.stores.accounts.findByIdentity({ family: 'ref', ...at('google', '117') });
    expect(stored).toMatchObject({ subjectVersion: 0 });
    expect(await t.stores.accounts.importedSubject(stored?.id ?? '')).toBe('legacy-ben');
    expect(await t.stores.instances.find('c2')).toMatchObject({
      app: 'tv',
      origin: 'registered',
      secretHash: fingerprint(ofNobody.clientSecret),
      device: fingerprint(ofNobody.device),
      firstViewer: null,
    });
    expect(await t.stores.credentials.find({ instance: 'c2', holder: '' })).toMatchObject({
      id: 'c2',
      secret: ofNobody.clientSecret,
    });
  });

  test('changes nothing a second time, in this order or in another, also within one file', async () => {
    const t = await start();
    await t.lines(ana, ben, ofAna, ofNobody);
    const before = await stateOf(t.stores);
    const { counts, refused } = await t.lines(ofNobody, ofAna, ben, ana, ana, ofNobody);
    expect(refused).toEqual([]);
    expect(counts).toMatchObject({ lines: 6, unchanged: 6, accounts: 0, identities: 0, credentials: 0 });
    expect(await stateOf(t.stores)).toEqual(before);
  });

  test('stays what it is when its viewer has taken the credentials along, and when Adobe has replaced them', async () => {
    const t = await start();
    await t.lines(ana, ofAna, ofNobody);
    const viewer = (await t.stores.accounts.findByIdentity({ family: 'ref', ...at('dtc', 'ana') }))?.id ?? '';
    await t.stores.instances.add(instance({ id: 'new', device: fingerprint(ofAna.device) }));
    const bring = { app: 'tv', device: fingerprint(ofAna.device), viewer, to: 'new', now: 2 };
    expect(await t.stores.credentials.bring(bring)).toMatchObject({ id: 'c1' });
    await t.stores.credentials.replace('c2', {
      id: 'newer',
      secret: 's',
      instance: 'c2',
      holder: '',
      createdAt: 2,
    });
    const { counts, refused } = await t.lines(ana, ofAna, ofNobody);
    expect([refused, counts.unchanged, counts.credentials]).toEqual([[], 3, 0]);
  });

  test('adds identities to an account that is there, whose subject stays', async () => {
    const t = await start();
    const line = account(madeOfChloe, at('google', '9'), at('dtc', 'chloe'));
    expect(await t.lines(line)).toMatchObject({
      counts: { accounts: 0, identities: 1, subjects: 0, unchanged: 0 },
      refused: [],
    });
    expect(await t.stores.accounts.findByIdentity({ family: 'ref', ...at('google', '9') })).toMatchObject({
      id: 'chloe',
      subjectVersion: 1,
    });
    expect((await t.lines(line)).counts.unchanged).toBe(1);
  });

  test('has a made subject where the line has none', async () => {
    const t = await start();
    await t.lines(account(undefined, at('dtc', 'x')), { ...ana, family: 'byClaim', subject: undefined });
    for (const of of ['ref', 'byClaim'])
      expect(
        await t.stores.accounts.findByIdentity({
          family: of,
          ...at('dtc', of === 'ref' ? 'x' : 'ana'),
        }),
      ).toMatchObject({ subjectVersion: 1 });
  });

  test('carries the environment of its app', async () => {
    const t = await start();
    const staging = { ...config, apps: [app({ environment: 'staging' })] };
    await importInto({ ...t.given, config: staging }, [ofNobody]);
    expect(await t.stores.credentials.byId('staging#c2')).toMatchObject({ instance: 'c2' });
  });

  test('is decided again when a sign-in comes between', async () => {
    const t = await start();
    let rivals = 1;
    const imports: ImportStore = {
      ...t.stores.imports,
      add: async (rows) => {
        if (rivals-- > 0)
          await t.stores.accounts.resolve({
            identity: {
              family: 'ref',
              ...at('dtc', 'ana'),
              provider: 'dtc',
              email: null,
              linkKey: null,
              linkAuthority: null,
              createdAt: 1,
              provenAt: 1,
            },
            fresh: { id: 'rival', family: 'ref', createdAt: 1, subjectVersion: 1, endedAt: null },
            link: { authorities: [], provenSince: 0 },
          });
        return t.stores.imports.add(rows);
      },
    };
    const { counts, refused } = await importInto({ ...t.given, stores: { ...t.stores, imports } }, [
      ana,
      ben,
    ]);
    expect([refused, counts.accounts]).toEqual([['1 subject subject_would_change'], 1]);
  });

  test('goes on after refused lines, across batches', async () => {
    const t = await start();
    const many = Array.from({ length: 450 }, (_, index) => account(`s${index}`, at('dtc', `v${index}`)));
    const lines = [...many, '{', { ...many[3], subject: 'other' }, ana];
    const { counts, refused } = await t.lines(...lines);
    expect(refused).toEqual(['451 - line_invalid', '452 identities.0 contradicts 4']);
    expect(counts).toMatchObject({ lines: 453, accounts: 451, refused: 2 });
  });
});
