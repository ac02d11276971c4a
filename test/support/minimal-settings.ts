import type { ConfigInput } from '#src/config/schema';

/** Settings that are valid and have nothing more than that, with these laid over. */
export const minimalSettings = (changes: Partial<ConfigInput> = {}): ConfigInput => ({
  publicOrigin: 'https://gateway.example',
  identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
  families: [
    { id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.ref.example' } },
  ],
  apps: [
    { id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 'statement' },
  ],
  ...changes,
});
