import { defaultFixtures } from '@kinpass/simulator';
import type { ConfigInput } from '#src/config/schema';

type Sections = Pick<ConfigInput, 'families' | 'apps'>;

/** The demo's apps in two families: `ref`, and `other`, whose viewers sign in with Google only. */
export const twoFamilies = ({
  other = [] as readonly string[],
  providers = ['dtc', 'google', 'facebook'],
} = {}): Sections => ({
  families: [
    {
      id: 'ref',
      identityProviders: providers,
      linking: 'verifiedEmail',
      serviceToken: { issuer: 'https://sso.ref.example' },
    },
    {
      id: 'other',
      identityProviders: ['google'],
      serviceToken: { issuer: 'https://sso.other.example' },
    },
  ],
  apps: defaultFixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
    id,
    name,
    family: other.includes(id) ? 'other' : 'ref',
    serviceProviders: [...serviceProviders],
    redirectUris: [...redirectUris],
    softwareStatement,
  })),
});
