import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { placeholders } from './placeholders.ts';
import { plainServers } from './plain-servers.ts';

/** What is allowed, but probably not meant. Logged at start and reload. Pure. */
export const warnings = (settings: Draft): Finding[] => [
  ...(settings.insecureHttp && !settings.production
    ? [{ path: ['insecureHttp'], message: 'plain http is allowed: for development only' }]
    : []),
  ...(settings.production ? [] : placeholders(settings)),
  ...(settings.production ? plainServers(settings) : []),
  ...unusedProviders(settings),
  ...unusedFamilies(settings),
  ...unusedSecrets(settings),
];

const unusedProviders = ({ identityProviders = [], families = [] }: Draft): Finding[] => {
  const used = new Set(families.flatMap((family) => family?.identityProviders ?? []));
  return identityProviders.flatMap((provider, index) =>
    provider?.id === undefined || used.has(provider.id)
      ? []
      : [{ path: ['identityProviders', index, 'id'], message: 'no family has this identity provider' }],
  );
};

const unusedFamilies = ({ families = [], apps = [] }: Draft): Finding[] => {
  const used = new Set(apps.map((app) => app?.family));
  return families.flatMap((family, index) =>
    family?.id === undefined || used.has(family.id)
      ? []
      : [{ path: ['families', index, 'id'], message: 'no app belongs to this family' }],
  );
};

const unusedSecrets = ({ identityProviders = [] }: Draft): Finding[] =>
  identityProviders.flatMap((provider, index) =>
    provider &&
    'clientAuthentication' in provider &&
    provider.clientAuthentication === 'none' &&
    provider.clientSecret
      ? [
          {
            path: ['identityProviders', index, 'clientSecret'],
            message: 'is not used: clientAuthentication is none',
          },
        ]
      : [],
  );
