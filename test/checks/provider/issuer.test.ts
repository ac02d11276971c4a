import { expect, test } from 'vitest';
import { examine, redOf } from './examine.ts';
import { registration, startHostileProvider } from './hostile-provider.ts';

const { clientId, clientSecret } = registration;

const examineAliases = async (aliasesOf: (issuer: string) => readonly string[]) => {
  await using op = await startHostileProvider();
  const issuerAliases = aliasesOf(op.origin);
  const config = { kind: 'oidc', issuer: op.origin, clientId, clientSecret, issuerAliases };
  return await examine({ config });
};

test('an alias is another spelling; the issuer itself is none', async () => {
  expect(redOf(await examineAliases(() => ['https://accounts.example']))).toEqual({});
  expect(redOf(await examineAliases((issuer) => [issuer]))).toEqual({ 'provider.aliases': 'warning' });
});

test('only the slash after a bare host is forgiven', async () => {
  await using op = await startHostileProvider();
  const config = { kind: 'oidc', issuer: `${op.origin}/`, clientId, clientSecret };
  expect(redOf(await examine({ config }))).toEqual({});
  op.script.metadata = { issuer: op.origin.toUpperCase() };
  expect(redOf(await examine({ config }))).toMatchObject({ 'provider.issuer': 'failed' });
});

test('an issuer that holds the path of the document is told what to leave out', async () => {
  await using op = await startHostileProvider();
  const issuer = `${op.origin}/.well-known/openid-configuration`;
  const results = await examine({ config: { kind: 'oidc', issuer, clientId, clientSecret } });
  expect(redOf(results)).toMatchObject({ 'provider.discovery': 'failed' });
  expect(results[0]?.cure).toMatch(/leave that out/);
});
