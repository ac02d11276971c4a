import { expect, test } from 'vitest';
import { createSignIn } from '#src/flows/sign-in';
import { account, app, family, identity } from '../support/builders.ts';

test('a provider that the family does not list signs nobody in, whoever verified the identity', async () => {
  const resolved: string[] = [];
  const signIn = createSignIn({
    familyOf: () => family({ identityProviders: ['dtc'] }),
    accounts: {
      resolve: async (_family, { provider }) => {
        resolved.push(provider);
        return { ...account({ id: 'account' }), isRevoked: false };
      },
    },
  });
  const facebook = identity('ana', { provider: 'facebook' });
  await expect(signIn({ app: app(), identity: facebook })).rejects.toMatchObject({
    code: 'identity_rejected',
  });
  expect(await signIn({ app: app(), identity: identity('ana') })).toMatchObject({ id: 'account' });
  expect(resolved).toEqual(['dtc']);
});
