import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { registration, startHostileProvider } from '../checks/provider/hostile-provider.ts';
import { runKinpass } from '../support/run-kinpass.ts';

/** A provider that does everything right, and `kinpass idp check` with this secret. */
const start = async ({ clientSecret } = registration) => {
  const op = await startHostileProvider();
  onTestFinished(() => op[Symbol.asyncDispose]());
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-idp-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kinpass.yaml');
  const provider = {
    id: 'op',
    kind: 'oidc',
    label: 'An OP',
    issuer: op.origin,
    ...registration,
    clientSecret,
  };
  const { redirectUri: _, ...identityProvider } = provider;
  writeFileSync(
    file,
    stringify({
      publicOrigin: 'https://sso.example',
      insecureHttp: true,
      identityProviders: [identityProvider],
      families: [{ id: 'ref', identityProviders: ['op'], serviceToken: { issuer: 'https://sso.example' } }],
      apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's' }],
    }),
  );
  return async (...args: string[]) => {
    await using run = runKinpass(['idp', 'check', ...args, '--config', file]);
    return { code: await run.ended, output: run.output };
  };
};

test('kinpass idp check lists every check, and succeeds', async () => {
  const check = await start();
  const { code, output } = await check('op');
  expect(output).toContain('ok      provider.discovery');
  expect(output).toMatch(/\d+ checks: \d+ ok\.\n$/);
  expect(code).toBe(0);
});

test('a failed check fails the command, and says what to do, never the secret', async () => {
  const clientSecret = 'an-old-secret-of-last-year';
  const check = await start({ ...registration, clientSecret });
  const { code, output } = await check('op', '--json', '--only', 'provider.client-authentication');
  expect(code).toBe(1);
  expect(output).not.toContain(clientSecret);
  expect(JSON.parse(output)).toMatchObject({
    ok: false,
    counts: { failed: 1, warning: 0, skipped: 0, ok: 0 },
    checks: [
      { id: 'provider.client-authentication', verdict: 'failed', cure: expect.stringMatching(/Copy both/) },
    ],
  });
});

test('a provider or a check that does not exist is named, beside those that do', async () => {
  const check = await start();
  const unknown = await check('okta');
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain('no provider "okta"');
  const misspelled = await check('op', '--only', 'provider.issue');
  expect(misspelled.code).toBe(1);
  expect(misspelled.output).toContain('provider.issue');
  expect(misspelled.output).toContain('provider.issuer');
});
