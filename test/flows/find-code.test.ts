import { expect, test } from 'vitest';
import { createFindCode } from '#src/flows/find-code';
import type { RevocationKey } from '#src/stores/ports';

const code = { family: 'ref', instance: 'tv', viewer: 'ana', credentials: 'pair' };
const key = { serviceProvider: 'REF30', code: 'ABC1234' };

const findWith = (revoked?: RevocationKey) =>
  createFindCode({
    codes: { find: async (_, family) => (family === 'ref' ? code : undefined) },
    revocations: {
      anyOf: async (keys) => keys.find(({ kind, id }) => kind === revoked?.kind && id === revoked.id),
    },
  });

test('a code is found in its family', async () => {
  expect(await findWith()(key, 'ref')).toEqual(code);
});

test.each([
  ['of another family', undefined, 'other'],
  ['of a revoked instance', { kind: 'instance', id: 'tv' }, 'ref'],
  ['of a revoked viewer', { kind: 'account', id: 'ana' }, 'ref'],
] as const)('a code %s is unknown', async (_what, revoked, family) => {
  await expect(findWith(revoked)(key, family)).rejects.toMatchObject({
    code: 'invalid_authentication_session',
  });
});
