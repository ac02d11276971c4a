import { expect, test } from 'vitest';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { issuerIn } from '#src/identity/issuers';

const provider = (kind: 'oidc' | 'google' | 'facebook', issuer?: string) =>
  identityProviderSchema.parse({
    id: 'one',
    kind,
    label: 'One',
    clientId: 'c',
    clientSecret: 's',
    ...(issuer !== undefined && { issuer }),
  });

const google = 'https://accounts.google.com';
const facebook = 'https://www.facebook.com';

test.each([
  ['google', undefined, google, google],
  ['google', undefined, 'accounts.google.com', google],
  ['google', undefined, facebook, undefined],
  ['facebook', undefined, facebook, facebook],
  ['facebook', undefined, 'https://limited.facebook.com', facebook],
  ['facebook', undefined, 'https://facebook.example', undefined],
  ['oidc', 'https://dtc.example', 'https://dtc.example', 'https://dtc.example'],
  // The one of its metadata, which may have the slash.
  ['oidc', 'https://dtc.example', 'https://dtc.example/', 'https://dtc.example/'],
  ['oidc', 'https://dtc.example/a', 'https://dtc.example/a/', undefined],
  ['oidc', 'https://dtc.example', 'dtc.example', undefined],
] as const)('of a provider of kind %s (%s), %s is %s', (kind, issuer, spelling, canonical) => {
  expect(issuerIn(provider(kind, issuer), spelling)).toBe(canonical);
});
