import { expect, test } from 'vitest';
import { ownChecksOf } from './checks-of.ts';
import { examine, redOf } from './examine.ts';
import { registration, startHostileProvider } from './hostile-provider.ts';

const clientId = '100000000001-web.apps.googleusercontent.com';

const startGoogle = async () => {
  const op = await startHostileProvider();
  op.script.authenticates = 'client_secret_post';
  op.script.clientId = clientId;
  const config = { kind: 'google', issuer: op.origin, clientId, clientSecret: registration.clientSecret };
  return { ...op, config };
};

test('Google as it should be passes every check, and its issuer has two spellings', async () => {
  await using google = await startGoogle();
  const results = await examine({ config: google.config });
  expect(results.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(results.find(({ id }) => id === 'provider.issuer')?.facts).toEqual({
    alsoAccepted: [new URL(google.origin).host],
  });
});

const planted: readonly [check: string, story: string, clientId: string][] = [
  ['provider.google-client-id', 'a client id of another form', 'kinpass-project'],
];

test.for(planted)('%s is a warning, alone: %s', async ([check, , otherId]) => {
  await using google = await startGoogle();
  google.script.clientId = otherId;
  const results = await examine({ config: { ...google.config, clientId: otherId } });
  expect(redOf(results)).toEqual({ [check]: 'warning' });
});

test('every check that is of Google alone has its planted fault', () => {
  expect(planted.map(([check]) => check)).toEqual(ownChecksOf('google'));
});

test('Google is asked for a choice of accounts: it knows no prompt=login', async () => {
  await using google = await startGoogle();
  google.script.metadata = { prompt_values_supported: undefined };
  await examine({ config: google.config });
  const prompts = google.asked
    .filter(({ path }) => path === '/authorize')
    .map(({ query }) => query.get('prompt'));
  expect(prompts.sort()).toEqual(['none', 'select_account']);
});

test('session age claims are what auth_time needs', async () => {
  await using google = await startGoogle();
  google.script.metadata = { claims_supported: ['sub', 'email', 'email_verified'] };
  const results = await examine({ config: google.config });
  expect(redOf(results)).toEqual({ 'provider.auth-time': 'warning' });
  expect(results.find(({ id }) => id === 'provider.auth-time')?.cure).toContain('Session age claims');
});
