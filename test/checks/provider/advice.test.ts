import { expect, test } from 'vitest';
import { adviceFor, productOf, type Topic } from '#src/checks/provider/advice';

test.for<[product: string, issuer: string, metadata?: Record<string, string>]>([
  ['keycloak', 'https://sso.example/auth/realms/viewers'],
  ['entra', 'https://login.microsoftonline.com/common/v2.0'],
  ['entra', 'https://sts.windows.net/72f988bf-0000-0000-0000-2d7cd011db47/'],
  ['okta', 'https://dev-1.okta.com/oauth2/default'],
  ['okta', 'https://login.example', { authorization_endpoint: 'https://login.example/oauth2/v1/authorize' }],
  [
    'okta',
    'https://login.example/oauth2/aus1',
    { authorization_endpoint: 'https://login.example/oauth2/aus1/v1/authorize' },
  ],
  ['auth0', 'https://viewers.eu.auth0.com/'],
  ['auth0', 'https://login.example/', { token_endpoint: 'https://login.example/oauth/token' }],
  ['cognito', 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc'],
  ['cognito', 'https://viewers.auth.eu-west-1.amazoncognito.com'],
  ['google', 'https://accounts.google.com'],
])('%s is recognized by %s', ([product, issuer, metadata = {}]) => {
  expect(productOf(issuer, metadata)).toBe(product);
});

test('accounts of your own are no product', () => {
  expect(productOf('https://accounts.example', { token_endpoint: 'https://accounts.example/token' })).toBe(
    undefined,
  );
});

test.for<[topic: Topic, product: Parameters<typeof adviceFor>[1], says: string]>([
  [
    'issuer',
    'entra',
    ' Entra ID: https://login.microsoftonline.com/<tenant id>/v2.0, with the id of one tenant',
  ],
  [
    'issuer',
    'cognito',
    ' Cognito: https://cognito-idp.<region>.amazonaws.com/<user pool id>, not the domain of',
  ],
  ['issuer', 'auth0', ' Auth0: https://<tenant>.<region>.auth0.com/, with the slash at the end.'],
  ['redirect', 'keycloak', ' Keycloak: Valid redirect URIs.'],
  ['grant', 'keycloak', ' Keycloak: "Standard flow" must be on.'],
  ['email', 'entra', ' Entra ID: it sends no email_verified'],
  ['logout', 'keycloak', ''],
  ['redirect', undefined, ''],
])('about the %s of %s', ([topic, product, says]) => {
  const advice = adviceFor(topic, product);
  expect(advice.slice(0, says.length)).toBe(says);
  if (!says) expect(advice).toBe('');
});

test('while the product is unknown, the form of every issuer is told', () => {
  expect(adviceFor('issuer', undefined)).toMatch(/Keycloak: .* Entra ID: .* Okta: .* Auth0: .* Cognito: /);
});
