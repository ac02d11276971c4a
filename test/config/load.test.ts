import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '#src/config/load';
import { KinpassError } from '#src/lib/errors';

const cwd = mkdtempSync(join(tmpdir(), 'kinpass-config-'));

const yaml = (changes = '') => `
publicOrigin: https://sso.ref.example
identityProviders:
  - { id: google, kind: google, label: Google, clientId: g, clientSecret: s }
families:
  - { id: ref, identityProviders: [google], serviceToken: { issuer: https://sso.ref.example } }
apps:
  - { id: ref30-tv, name: TV, family: ref, serviceProviders: [REF30], softwareStatement: statement }
${changes}`;

const load = (text: string, env: NodeJS.ProcessEnv = {}) => {
  writeFileSync(join(cwd, 'kinpass.yaml'), text);
  return loadConfig({ file: 'kinpass.yaml', env, cwd });
};

const faultsOf = async (loading: Promise<unknown>): Promise<string> => {
  const error = await loading.then(() => undefined).catch((thrown: unknown) => thrown);
  return error instanceof KinpassError ? `${error.code}\n${error.hint}` : 'no error';
};

test('a minimal file gets every default', async () => {
  const config = await load(yaml());
  expect(config.adobe.origin).toBe('https://sp.auth.adobe.com');
  expect(config.families[0]?.serviceToken).toEqual({
    issuer: 'https://sso.ref.example',
    audience: 'adobe',
    lifetime: 3_600_000,
    subject: { strategy: 'account' },
  });
  expect(Object.isFrozen(config.apps[0])).toBe(true);
});

test('the environment overrides every setting, list entries by id, secrets also from files', async () => {
  writeFileSync(join(cwd, 'secret'), 'from a file\n');
  const config = await load(yaml(), {
    KINPASS_PUBLIC_PORT: '9000',
    KINPASS_ADOBE_THROTTLE_BURST: '5',
    KINPASS_INSECURE_HTTP: 'true',
    KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET_FILE: join(cwd, 'secret'),
    KINPASS_APPS_REF30_TV_SERVICE_PROVIDERS: 'REF30, REF31',
  });
  expect(config.public.port).toBe(9000);
  expect(config.adobe.throttle.burst).toBe(5);
  expect(config.insecureHttp).toBe(true);
  expect(config.identityProviders[0]?.clientSecret).toBe('from a file');
  expect(config.apps[0]?.serviceProviders).toEqual(['REF30', 'REF31']);
});

test.each([
  ['one.of.these\n', 'one.of.these'],
  ['two.of.these\none.of.these\n', ['two.of.these', 'one.of.these']],
  ['two.of.these,one.of.these', ['two.of.these', 'one.of.these']],
])('a variable gives one software statement or several: %j', async (given, statements) => {
  writeFileSync(join(cwd, 'statements'), given);
  const env = { KINPASS_APPS_REF30_TV_SOFTWARE_STATEMENT_FILE: join(cwd, 'statements') };
  expect((await load(yaml(), env)).apps[0]?.softwareStatement).toEqual(statements);
});

test('all faults are reported at once, each with its path', async () => {
  const faults = await faultsOf(
    load(yaml('adobe: { timeout: soon, color: red }\nadmin: { port: 99999 }'), { KINPASS_NO_SUCH: '1' }),
  );
  expect(faults).toContain('adobe.timeout  must be a number and a unit');
  expect(faults).toContain('adobe.color  is not a setting');
  expect(faults).toContain('admin.port');
  expect(faults).toContain('KINPASS_NO_SUCH  is not a setting');
});

const subjectOf = (subject: string, providers = '[google]') =>
  yaml()
    .replace('[google]', providers)
    .replace('issuer: https://sso.ref.example }', `issuer: https://sso.ref.example, subject: ${subject} }`)
    .replace(
      'families:',
      '  - { id: facebook, kind: facebook, label: Facebook, clientId: f, clientSecret: s }\nfamilies:',
    );

test('a family can derive subjects from a claim', async () => {
  const config = await load(subjectOf('{ strategy: claim, claim: user_id }'));
  expect(config.families[0]?.serviceToken.subject).toEqual({
    strategy: 'claim',
    claim: 'user_id',
    as: 'hashed',
  });
});

test.each([
  ['{ strategy: guess }', '[google]', 'subject.strategy'],
  ['{ strategy: account, claim: sub }', '[google]', 'subject.claim  is not a setting'],
  ['{ strategy: claim }', '[google]', 'subject.claim'],
  ['{ strategy: claim, claim: "" }', '[google]', 'subject.claim  must not be empty'],
  ['{ strategy: claim, claim: sub, as: is }', '[google]', 'subject.as'],
  [
    '{ strategy: claim, claim: sub }',
    '[google, facebook]',
    'subject.provider  is missing: one of google, facebook',
  ],
  [
    '{ strategy: claim, claim: sub, provider: facebook }',
    '[google]',
    'subject.provider  "facebook" is not an identity provider of this family',
  ],
  ['{ strategy: claim, claim: user_id }', '[facebook]', 'subject.claim  facebook has no id other than sub'],
  ...['email', 'iss', 'name', 'preferred_username', 'sid', 'nonce'].map((claim) => [
    `{ strategy: claim, claim: ${claim} }`,
    '[google]',
    'subject.claim  must be an id that never changes',
  ]),
])('subjects by %s with providers %s are rejected', async (subject = '', providers = '', expected = '') => {
  expect(await faultsOf(load(subjectOf(subject, providers)))).toContain(
    expected.startsWith('subject') ? `families[0].serviceToken.${expected}` : expected,
  );
});

test.each([
  ['an unknown family', yaml().replace('family: ref,', 'family: other,'), 'apps[0].family'],
  ['an unknown provider', yaml().replace('[google]', '[dtc]'), 'families[0].identityProviders'],
  [
    'plain http',
    yaml().replace('https://sso.ref.example\nid', 'http://sso.ref.example\nid'),
    'publicOrigin  must be https',
  ],
  ['everybody as trusted proxy', yaml('trustedProxies: [0.0.0.0/0]'), 'trustedProxies  must not'],
  [
    'the PROXY protocol of nobody',
    yaml('public: { clientAddress: { from: proxyProtocol } }'),
    'public.clientAddress.from  needs trustedProxies',
  ],
  [
    'a header that has no name',
    yaml('trustedProxies: [10.0.0.1]\npublic: { clientAddress: { from: header } }'),
    'public.clientAddress.name',
  ],
  ['a network that is none', yaml('trustedProxies: [10.0.0.0/40]'), 'trustedProxies[0]  must be'],
  [
    'insecure settings in production',
    yaml('production: true\ninsecureHttp: true'),
    'insecureHttp  is not allowed',
  ],
  ['an origin with a path', yaml('adobe: { origin: https://sp.auth.adobe.com/api }'), 'adobe.origin'],
  ['invalid YAML', 'a: [', 'kinpass.yaml:1:5  is not valid YAML'],
])('%s is rejected', async (_what, text, expected) => {
  expect(await faultsOf(load(text))).toContain(expected);
});

test('a secret in place of the name of its file is not repeated', async () => {
  const env = { KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET_FILE: 'the-secret-itself' };
  const faults = await faultsOf(load(yaml(), env));
  expect(faults).toContain(
    'KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET_FILE  names a file that does not exist',
  );
  expect(faults).not.toContain('the-secret-itself');
});
