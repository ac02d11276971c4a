import { expect, test } from 'vitest';
import type { AppConfig, FamilyConfig } from '#src/config/schema';
import { createSignIn } from '#src/flows/sign-in';

const app = { id: 'ref30-tv', family: 'ref' } as AppConfig;
const family = { id: 'ref', identityProviders: ['dtc'] } as unknown as FamilyConfig;
const identity = (provider: string) => ({ provider, issuer: `https://${provider}.example`, subject: 'ana' });

test('a provider that the family does not list signs nobody in, whoever verified the identity', async () => {
  const resolved: string[] = [];
  const signIn = createSignIn({
    familyOf: () => family,
    revocations: { anyOf: async () => undefined },
    accounts: {
      resolve: async (_family, { provider }) => {
        resolved.push(provider);
        return { id: 'account', family: 'ref', createdAt: 0 } as Awaited<
          ReturnType<Parameters<typeof createSignIn>[0]['accounts']['resolve']>
        >;
      },
    },
  });
  await expect(signIn({ app, identity: identity('facebook') })).rejects.toMatchObject({
    code: 'identity_rejected',
  });
  expect(await signIn({ app, identity: identity('dtc') })).toMatchObject({ id: 'account' });
  expect(resolved).toEqual(['dtc']);
});
