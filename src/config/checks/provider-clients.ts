import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';

type Provider = NonNullable<NonNullable<Draft['identityProviders']>[number]>;

/** The gateway as a client of its providers: what each of them would refuse at the first sign-in. */
export const providerClients = ({ identityProviders = [] }: Draft): Finding[] =>
  identityProviders.flatMap((provider, index) => {
    if (!provider) return [];
    return [...secretFaults(provider), ...scopeFaults(provider)].map((finding) => ({
      ...finding,
      path: ['identityProviders', index, ...finding.path],
    }));
  });

const secretFaults = (provider: Provider): Finding[] => {
  if ('clientSecret' in provider && provider.clientSecret !== undefined) return [];
  const path = ['clientSecret'];
  if (!('issuer' in provider)) return []; // Facebook's schema requires one
  if (!('clientAuthentication' in provider)) return [{ path, message: 'is missing: Google requires one' }];
  const method = provider.clientAuthentication;
  if (method === undefined || method === 'none') return [];
  return [
    { path, message: `is missing: ${method} needs one; a client without has clientAuthentication: none` },
  ];
};

/** OpenID Connect Core §3.1.2.1: without it there is no ID Token. */
const scopeFaults = ({ scopes }: Provider): Finding[] =>
  !scopes || scopes.includes('openid') || scopes.includes(undefined)
    ? []
    : [{ path: ['scopes'], message: 'must include openid' }];
