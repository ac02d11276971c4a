import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKinpass } from '../support/run-kinpass.ts';

const settings = (changes = '') => `production: true
publicOrigin: https://sso.ref.example
store: { kind: sqlite, file: kinpass.db }
identityProviders:
  - { id: dtc, kind: oidc, label: DTC, issuer: https://dtc.example, clientId: k, scopes: [email] }
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: set KINPASS_GOOGLE_SECRET }
families:
  - { id: ref, identityProviders: [dtc], serviceToken: { issuer: https://sso.ref.example } }
apps:
  - { id: tv, name: TV, family: ref, serviceProviders: [REF30], softwareStatement: statement }
  - { id: web, name: Web, family: ref, serviceProviders: [REF30], softwareStatement: statement, redirectUris: ["https://*.ref.example/in"] }
${changes}`;

test('production does not start with placeholders, clients without secrets, wildcards and shared statements', async () => {
  const env = { KINPASS_KEYS_PASSPHRASE: 'secret-one', KINPASS_KEYS_PASSPHRASE_FILE: '/dev/null' };
  await using serve = runKinpass(['serve', '--config', 'kinpass.yaml'], { env });
  writeFileSync(join(serve.folder, 'kinpass.yaml'), settings());
  expect(await serve.ended).toBe(1);
  const [title, ...lines] = serve.output.trimEnd().split('\n');
  expect(title).toBe('kinpass: The configuration is not valid.');
  expect(
    lines.map((line) =>
      line
        .trim()
        .replace(/(yaml:\d+):\d+/, '$1')
        .split(/ {2}/)
        .slice(0, 3),
    ),
  ).toEqual([
    ['KINPASS_KEYS_PASSPHRASE_FILE', 'gives the same setting as KINPASS_KEYS_PASSPHRASE: remove one of them'],
    ['KINPASS_KEYS_PASSPHRASE_FILE', 'keys.passphrase', 'must not be empty'],
    ['kinpass.yaml:5', 'identityProviders[0].clientSecret', expect.stringContaining('is missing')],
    ['kinpass.yaml:5', 'identityProviders[0].scopes', 'must include openid'],
    ['kinpass.yaml:6', 'identityProviders[1].clientSecret', expect.stringContaining('is a placeholder')],
    ['kinpass.yaml:11', 'apps[1].softwareStatement', expect.stringContaining('must not be that of apps[0]')],
    ['kinpass.yaml:11', 'apps[1].redirectUris[0]', expect.stringContaining('wildcards')],
  ]);
  expect(serve.output).not.toContain('secret-one');
});
