import { expect, test } from 'vitest';
import { createKnownCallers } from '#src/flows/known-callers';
import type { ChangeKey } from '#src/stores/change-feed';
import { caller, instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const pair = { id: 'pair', secret: 's', instance: 'i1', holder: 'ana', createdAt: 0 };
const ana = caller({
  instance: instance({ id: 'i1' }),
  viewer: 'ana',
  grant: 'g1',
  token: 'hash',
  pairs: [pair],
});

/** Knows Ana for a minute. */
const start = (max = 10) => {
  const clock = createManualClock();
  const uses = { hit: 0, miss: 0 };
  let upToDate = true;
  const known = createKnownCallers({
    max,
    clock,
    isUpToDate: () => upToDate,
    lookedUp: (result) => uses[result]++,
  });
  const keep = (bearer: string, since = known.generation()) =>
    known.keep(bearer, { caller: ana, identifier: 'tv', until: clock.now() + 60_000 }, since);
  keep('bearer');
  return { known, clock, uses, keep, fallBehind: () => (upToDate = false), catchUp: () => (upToDate = true) };
};

test('a caller is found by bearer, as they were cached', () => {
  const { known, uses } = start();
  expect(known.find('bearer')).toMatchObject({ caller: ana, identifier: 'tv' });
  expect(known.find('bearer')?.caller).toBe(ana);
  expect(known.find('other')).toBeUndefined();
  expect([uses, known.size]).toEqual([{ hit: 2, miss: 1 }, 1]);
});

test.each<ChangeKey>([
  { kind: 'account', id: 'ana' },
  { kind: 'instance', id: 'i1' },
  { kind: 'sign-in', id: 'g1' },
  { kind: 'access-token', id: 'hash' },
  { kind: 'credentials', id: 'pair' },
])('a change of what a caller depends on drops them: $kind', (key) => {
  const { known, keep } = start();
  known.changed({ ...key, id: 'of somebody else' });
  expect(known.find('bearer')).toBeDefined();
  known.changed(key);
  expect(known.find('bearer')).toBeUndefined();
  keep('bearer');
  expect(known.find('bearer')).toBeDefined();
});

test('a caller is not found after their time', async () => {
  const { known, clock } = start();
  await clock.advance(59_999);
  expect(known.find('bearer')).toBeDefined();
  await clock.advance(1);
  expect(known.find('bearer')).toBeUndefined();
});

test('nobody is found while changes may have been missed', () => {
  const { known, fallBehind, catchUp, uses } = start();
  fallBehind();
  expect(known.find('bearer')).toBeUndefined();
  catchUp();
  expect(known.find('bearer')).toBeDefined();
  known.missed();
  expect([known.find('bearer'), known.size, uses]).toEqual([undefined, 0, { hit: 1, miss: 2 }]);
});

test.each(['changed', 'missed'] as const)(
  'a caller who was read before anything %s is not cached',
  (what) => {
    const { known, keep } = start();
    const since = known.generation();
    if (what === 'changed') known.changed({ kind: 'account', id: 'of somebody else' });
    else known.missed();
    keep('late', since);
    expect(known.find('late')).toBeUndefined();
  },
);

test('when other settings apply, nobody is found or cached any more', () => {
  const { known, keep } = start();
  known.close();
  keep('late');
  expect([known.find('bearer'), known.find('late'), known.size]).toEqual([undefined, undefined, 0]);
});

test('no more callers are cached than the maximum', () => {
  const { known, keep } = start(2);
  for (const bearer of ['second', 'third', 'fourth']) keep(bearer);
  expect(known.size).toBe(2);
  expect(known.find('fourth')).toBeDefined();
});
