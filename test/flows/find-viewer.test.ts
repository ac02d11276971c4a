import { expect, test } from 'vitest';
import { createFindViewer } from '#src/flows/find-viewer';
import type { RevocationKey } from '#src/stores/ports';

const ana = { id: 'ana', family: 'ref', email: 'ana@viewers.example' };

const finding = (revoked?: RevocationKey) =>
  createFindViewer({
    accounts: { find: async (id) => (id === ana.id ? ana : undefined) },
    revocations: { anyOf: async (keys) => keys.find(({ id }) => id === revoked?.id) },
  });

test.each([
  ['any family may ask', { id: 'ana' }, ana],
  ['its own family', { id: 'ana', family: 'ref' }, ana],
  ['another family', { id: 'ana', family: 'tv' }, undefined],
  ['an unknown account', { id: 'ben', family: 'ref' }, undefined],
])('%s', async (_what, query, found) => {
  expect(await finding()(query)).toEqual(found);
});

test('a revoked account is nobody', async () => {
  expect(await finding({ kind: 'account', id: 'ana' })({ id: 'ana', family: 'ref' })).toBeUndefined();
});
