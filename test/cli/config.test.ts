import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures } from '@kinpass/simulator';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { demoConfig } from '#src/cli/demo/config';
import { originsAt, portsFrom } from '#src/cli/demo/simulator-ports';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const production = `production: true
publicOrigin: https://sso.ref.example
identityProviders:
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: production-secret }
  - { id: dtc, kind: oidc, label: DTC, issuer: https://dtc.example, clientId: k, clientSecret: shared-secret }
families:
  - { id: ref, identityProviders: [google, dtc], serviceToken: { issuer: https://sso.ref.example } }
apps:
  - { id: tv, name: TV, family: ref, serviceProviders: [REF30, REF40], softwareStatement: statement-one }
  - { id: web, name: Web, family: ref, serviceProviders: [REF30], softwareStatement: statement-two }
`;
const staging = production
  .replace('production-secret', 'staging-secret')
  .replace('sso.ref.example\nid', 'sso.staging.example\nid')
  .replace('[google, dtc]', '[google]')
  .replace(/ {2}- \{ id: web.*\n/, '')
  .replace('[REF30, REF40]', '[REF30]');

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Runs a command to its end. */
const config = async (args: readonly string[], env: Record<string, string> = {}) => {
  await using run = runKinpass(['config', ...args], { env });
  return { code: await run.ended, output: run.output };
};

describe('kinpass config validate', () => {
  test('valid settings are valid', async () => {
    const path = file('good.yaml', production);
    const valid = { code: 0, output: `${path} is valid\n` };
    expect(await config(['validate', '--config', path])).toEqual(valid);
    expect(await config(['validate', path])).toEqual(valid);
  });

  test('faults and warnings, each with its place, as text and as JSON', async () => {
    const path = file('bad.yaml', production.replace('[google, dtc]', '[google, dtd]'));
    const env = { KINPASS_PUBLIC_PORT: 'many' };
    const { code, output } = await config(['validate', '--config', path], env);
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      'KINPASS_PUBLIC_PORT  public.port  must be a number, not text',
      `${path}:7:44  families[0].identityProviders[1]  identity provider "dtd" does not exist  → write dtc`,
      `warning: ${path}:5:11  identityProviders[1].id  no family has this identity provider`,
      `${path}: 2 faults, 1 warning`,
      '',
    ]);
    const json = await config(['validate', '--config', path, '--json'], env);
    expect([json.code, JSON.parse(json.output)]).toMatchObject([
      1,
      {
        valid: false,
        faults: [
          { path: 'public.port', variable: 'KINPASS_PUBLIC_PORT', message: 'must be a number, not text' },
          { path: 'families[0].identityProviders[1]', file: path, line: 7, column: 44, write: 'dtc' },
        ],
        warnings: [{ path: 'identityProviders[1].id', line: 5 }],
      },
    ]);
  });
});

describe('kinpass config show', () => {
  test('settings in effect, where each comes from, and no secret', async () => {
    const path = file('good.yaml', production);
    const secret = file('secret', 'secret-from-a-file');
    const env = {
      KINPASS_ADOBE_TIMEOUT: '9s',
      KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET_FILE: secret,
      KINPASS_KEYS_PASSPHRASE: 'secret-passphrase',
    };
    const { code, output } = await config(['show', '--config', path], env);
    expect(code).toBe(0);
    const rows = Object.fromEntries(output.split('\n').map((line) => [line.split(/ +/)[0], line]));
    expect(rows['adobe.timeout']).toMatch(/ 9s +KINPASS_ADOBE_TIMEOUT$/);
    expect(rows['adobe.connectTimeout']).toMatch(/ 2s +default$/);
    expect(rows['publicOrigin']).toMatch(new RegExp(` https://sso.ref.example +${path}:2:15$`));
    expect(rows['keys.passphrase']).toMatch(/ \*{8} +KINPASS_KEYS_PASSPHRASE$/);
    expect(rows['identityProviders[0].clientSecret']).toMatch(/ \*{8} +KINPASS_.*_FILE$/);
    expect(output).not.toMatch(/secret-from|secret-passphrase|shared-secret|statement-one/);

    const changed = await config(['show', '--config', path, '--only-changed', '--json'], env);
    expect(JSON.parse(changed.output)[1]).toEqual({
      path: 'publicOrigin',
      value: 'https://sso.ref.example',
      from: `${path}:2:15`,
    });
    expect(changed.output).not.toContain('"default"');
  });
});

describe('kinpass config init', () => {
  test('the file is valid, private, and never overwritten', async () => {
    const path = join(folder, 'new.yaml');
    expect((await config(['init', path])).code).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const validated = await config(['validate', '--config', path]);
    expect(validated.code).toBe(0);
    expect(validated.output).toContain('identityProviders[0].clientSecret  is a placeholder');

    const before = readFileSync(path, 'utf8');
    expect(before).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/\S+\/v\d+\.\d+\.\d+\/docs\/kinpass\.schema\.json\n/,
    );
    const again = await config(['init', path]);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining(`${path} exists`) });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  test('those of the demo are what the demo runs with, and nothing in them is to be filled in', async () => {
    const path = join(folder, 'demo.yaml');
    const written = await config(['init', '--demo', path]);
    expect(written.output).toContain(`kinpass doctor --config ${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(parse(readFileSync(path, 'utf8'))).toEqual(
      demoConfig({
        fixtures: defaultFixtures,
        origins: originsAt(portsFrom(9090)),
        publicOrigin: 'http://localhost:8080',
        publicPort: 8080,
        adminPort: 8081,
      }),
    );
    const { code, output } = await config(['validate', path]);
    expect([code, output.split('\n')]).toEqual([
      0,
      [expect.stringContaining('insecureHttp  plain http is allowed'), `${path} is valid, 1 warning`, ''],
    ]);
  });
});

test('kinpass config schema prints the schema', async () => {
  const { code, output } = await config(['schema']);
  expect([code, parse(output)]).toMatchObject([
    0,
    { $schema: 'https://json-schema.org/draft/2020-12/schema', additionalProperties: false },
  ]);
});

describe('kinpass config diff', () => {
  test('names what differs and what one side lacks, and prints no secret', async () => {
    const [here, there] = [file('staging.yaml', staging), file('production.yaml', production)];
    const { code, output } = await config(['diff', there, '--config', here]);
    expect(code).toBe(0);
    expect(output.split('\n').slice(0, 5)).toEqual([
      'differs  publicOrigin  https://sso.staging.example  |  https://sso.ref.example',
      'differs  identityProviders[google].clientSecret  (secret)',
      `only in ${there}  families[ref].identityProviders[dtc]  dtc`,
      `only in ${there}  apps[tv].serviceProviders[REF40]  REF40`,
      `only in ${there}  apps[web].id  web`,
    ]);
    expect(output).not.toMatch(/-secret|statement-/);
  });

  test('staging contains all that production does, or the command fails with the list', async () => {
    const [here, there] = [file('staging.yaml', staging), file('production.yaml', production)];
    const missing = await config(['diff', there, '--config', here, '--contains']);
    expect(missing.code).toBe(1);
    expect(missing.output).toContain('families[ref].identityProviders[dtc]');
    expect(missing.output).not.toContain('publicOrigin');
    expect(await config(['diff', here, '--config', there, '--contains'])).toEqual({
      code: 0,
      output: `${there} has everything that ${here} has\n`,
    });
  });
});
