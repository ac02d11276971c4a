import { expect, test } from 'vitest';
import { createFindViewer } from '#src/flows/find-viewer';
import { account } from '../support/builders.ts';

const ana = account({ id: 'ana', family: 'ref', endedAt: 2_000 });

const finding = ({ isRevoked = false, found = ana } = {}) =>
  createFindViewer({
    accounts: { standing: async (id) => (id === ana.id ? { account: found, isRevoked } : undefined) },
  });

test.each([
  ['any family may ask', { id: 'ana' }, ana],
  ['its own family', { id: 'ana', family: 'ref' }, ana],
  ['another family', { id: 'ana', family: 'tv' }, undefined],
  ['an unknown account', { id: 'ben', family: 'ref' }, undefined],
  ['a session of before the others were ended', { id: 'ana', since: 1_999 }, undefined],
  ['a session of the moment when they were ended', { id: 'ana', since: 2_000 }, undefined],
  ['a later session', { id: 'ana', family: 'ref', since: 2_001 }, ana],
])('%s', async (_what, query, found) => {
  expect(await finding()(query)).toEqual(found);
});

test('a revoked account is nobody', async () => {
  expect(await finding({ isRevoked: true })({ id: 'ana', family: 'ref' })).toBeUndefined();
});

test('nothing of an account was ended yet', async () => {
  const findViewer = finding({ found: { ...ana, endedAt: null } });
  expect(await findViewer({ id: 'ana', since: 0 })).toMatchObject({ id: 'ana' });
});
