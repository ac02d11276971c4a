import { expect, test } from 'vitest';
import { faultsIn } from '../support/review.ts';

test('a missing key is called missing, an empty value empty, a misspelled key by its name', async () => {
  const text = `publicOrigin: https://sso.example.com
identityProviders:
  - id: dtc
    kind: oidc
    label: DTC
    clientID: kinpass
    clientId: 1234567890
    clientSecret: ""
families:
  - { id: ref, identityProviders: [dtc], serviceToken: {} }
apps:
  - { id: tv, name: , family: ref, serviceProviders: REF30, softwareStatement: statement }
`;
  expect(await faultsIn(text)).toEqual([
    'kinpass.yaml:3:5  identityProviders[0].issuer  is missing',
    'kinpass.yaml:6:5  identityProviders[0].clientID  is not a setting  → write clientId',
    'kinpass.yaml:7:15  identityProviders[0].clientId  must be text, not a number  → write it in quotes',
    'kinpass.yaml:8:19  identityProviders[0].clientSecret  must not be empty',
    'kinpass.yaml:10:42  families[0].serviceToken.issuer  is missing',
    'kinpass.yaml:12:15  apps[0].name  must not be empty',
    'kinpass.yaml:12:54  apps[0].serviceProviders  must be a list, not text  → write it in brackets: […]',
  ]);
});

test.each([
  ['a bracket that is not closed', 'a: [', '1:5', 'a bracket or a quote above is not closed'],
  ['a tab', 'log:\n\tlevel: info', '2:1', 'spaces, not tabs'],
  ['a key that is given twice', 'log: {}\nlog: {}', '2:1', 'this key is given twice'],
  ['an alias without an anchor', 'log: *quiet', '1:6', 'the alias *quiet has no anchor before it'],
  ['an alias in itself', 'log: &log { level: *log }', '1:20', 'the alias *log contains itself'],
  ['an indentation', 'log:\n    level: info\n  other: 1', '3:1', 'the indentation is wrong'],
  ['two colons', 'publicOrigin: https: //sso.example', '1:15', 'must be in quotes'],
  ['a tag', 'publicOrigin: !url x', '1:15', 'tags (!…) are not supported'],
  ['two documents', 'log: {}\n---\nlog: {}', '2:1', 'one document'],
])('%s is reported with its line, column and reason', async (_what, text, at, reason) => {
  const [first] = (await faultsIn(text)).filter((line) => line.includes('YAML'));
  expect(first).toMatch(`kinpass.yaml:${at}  is not valid YAML: `);
  expect(first).toContain(reason);
});
