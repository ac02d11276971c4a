import { expect, test } from 'vitest';
import { faultsIn } from '../support/review.ts';

test('a secret that is missing or a placeholder comes with the variable that can give it', async () => {
  const text = `production: true
publicOrigin: https://sso.ref.tv
admin:
  tokens:
    - { id: help-desk, roles: [read] }
    - { roles: [read] }
identityProviders:
  - { id: dtc, kind: oidc, label: DTC, issuer: https://dtc.tv, clientId: k }
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: change-me }
families:
  - { id: ref, identityProviders: [dtc, google], serviceToken: { issuer: https://sso.ref.tv } }
apps:
  - { id: ref30-tv, name: TV, family: ref, serviceProviders: [REF30] }
`;
  const given = (variable: string) => `→ write it into the file that ${variable}_FILE names`;
  expect(await faultsIn(text)).toEqual([
    `kinpass.yaml:5:7  admin.tokens[0].token  is missing  ${given('KINPASS_ADMIN_TOKENS_HELP_DESK_TOKEN')}`,
    'kinpass.yaml:6:7  admin.tokens[1].id  is missing',
    'kinpass.yaml:6:7  admin.tokens[1].token  is missing',
    `kinpass.yaml:8:5  identityProviders[0].clientSecret  is missing: client_secret_basic needs one; a client without has clientAuthentication: none  ${given('KINPASS_IDENTITY_PROVIDERS_DTC_CLIENT_SECRET')}`,
    `kinpass.yaml:9:75  identityProviders[1].clientSecret  is a placeholder: give the real value (the gateway's secret at the provider)  ${given('KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET')}`,
    `kinpass.yaml:13:5  apps[0].softwareStatement  is missing  ${given('KINPASS_APPS_REF30_TV_SOFTWARE_STATEMENT')}`,
  ]);
});
