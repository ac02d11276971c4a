import { expect, test } from 'vitest';
import { faultsIn } from '../support/review.ts';

test('seven faults are reported as seven, each with its line and column', async () => {
  const text = `publicOrigin: sso.example.com
trustedProxies: [10.0.0.0/40]
identityProviders:
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: "" }
families:
  - { id: ref, identityProviders: [goggle], serviceToken: { issuer: https://sso.example.com } }
apps:
  - id: tv
    family: re
    serviceProviders: [REF30]
    softwareStatement: statement
    corsOrigins: ["*"]
`;
  expect(await faultsIn(text)).toEqual([
    'kinpass.yaml:1:15  publicOrigin  must be an http(s) origin such as https://sso.example.com  → write https://sso.example.com',
    'kinpass.yaml:2:18  trustedProxies[0]  must be "loopback", an address or a network such as 10.0.0.0/8',
    'kinpass.yaml:4:75  identityProviders[0].clientSecret  must not be empty',
    'kinpass.yaml:6:36  families[0].identityProviders[0]  identity provider "goggle" does not exist  → write google',
    'kinpass.yaml:8:5  apps[0].name  is missing',
    'kinpass.yaml:9:13  apps[0].family  family "re" does not exist  → write ref',
    'kinpass.yaml:12:19  apps[0].corsOrigins[0]  must name one origin: wildcards such as * are not supported',
  ]);
});
