import { expect, test } from 'vitest';
import { createMintServiceToken } from '#src/flows/mint-service-token';
import type { RevocationKey } from '#src/stores/ports';
import { account, family } from '../support/builders.ts';

// Its payload has the jti "j".
const token = `e30.${Buffer.from('{"jti":"j"}').toString('base64url')}.x`;

/** What was asked of the store while a token was made; `meanwhile` happens before it is there. */
const start = ({ upToDate = true, meanwhile = () => {} } = {}) => {
  const state = { generation: 0, asked: 0, revoked: undefined as RevocationKey | undefined };
  const issue = async () => {
    meanwhile();
    return token;
  };
  const mint = createMintServiceToken({
    revocations: {
      anyOf: async () => {
        state.asked += 1;
        return state.revoked;
      },
    },
    findSubject: async () => 'subject',
    issueServiceToken: Object.assign(issue, { forget: () => {} }),
    changes: { generation: () => state.generation, isUpToDate: () => upToDate },
  });
  return { state, mint: () => mint({ family: family(), account: account({ id: 'ana' }), instance: 'tv' }) };
};

test('while nothing changes, nobody asks whether anything is revoked', async () => {
  const { state, mint } = start();
  expect(await mint()).toBe(token);
  expect(state.asked).toBe(0);
});

test('there is no token for an account that is revoked while it is made', async () => {
  const { state, mint } = start({
    meanwhile: () => {
      state.generation += 1;
      state.revoked = { kind: 'account', id: 'ana' };
    },
  });
  await expect(mint()).rejects.toMatchObject({ code: 'gateway_revoked' });
});

test('nor while it is not known what was revoked elsewhere', async () => {
  const { state, mint } = start({ upToDate: false });
  state.revoked = { kind: 'instance', id: 'tv' };
  await expect(mint()).rejects.toMatchObject({ code: 'gateway_revoked' });
});
