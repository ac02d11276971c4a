import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { examine, redOf } from './examine.ts';
import { type HostileProvider, registration, signingKey, startHostileProvider } from './hostile-provider.ts';
import { loginPage, plantedInAnswers } from './planted-in-answers.ts';
import { plantedInClaims } from './planted-in-claims.ts';
import { plantedInDocuments } from './planted-in-documents.ts';
import { plantedInKeys } from './planted-in-keys.ts';

const plantedFaults = [...plantedInDocuments, ...plantedInAnswers, ...plantedInKeys, ...plantedInClaims];

const { clientId, clientSecret } = registration;

const configOf = (op: HostileProvider, settings: Record<string, unknown> = {}) => ({
  kind: 'oidc',
  issuer: op.origin,
  clientId,
  clientSecret,
  ...settings,
});

test('a provider that does everything right passes every check', async () => {
  await using op = await startHostileProvider();
  const results = await examine({ config: configOf(op) });
  expect(results.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
});

test.for(plantedFaults)('$check is $verdict, alone: $story', async (fault) => {
  const { check, verdict, plant, settings, families = [], says = /./, facts } = fault;
  await using op = await startHostileProvider();
  plant?.(op);
  const results = await examine({ config: configOf(op, settings), families });
  expect(redOf(results)).toEqual({ [check]: verdict });
  const { summary = '', cure = '', facts: found } = results.find(({ id }) => id === check) ?? {};
  expect(`${summary} ${cure}`).toMatch(says);
  if (facts) expect(found).toEqual(facts);
  expect(JSON.stringify(results)).not.toContain(String(settings?.['clientSecret'] ?? clientSecret).trim());
});

test('a login page is no error page, whatever its scripts hold', async () => {
  await using op = await startHostileProvider();
  const authorize = op.routes['/authorize'] ?? loginPage;
  op.routes['/authorize'] = (request, ...rest) =>
    (/prompt=login/.test(request.url ?? '') ? loginPage : authorize)(request, ...rest);
  expect(redOf(await examine({ config: configOf(op) }))).toEqual({});
});

test('a single key needs neither kid nor alg', async () => {
  await using op = await startHostileProvider();
  op.script.keys = [{ ...signingKey, kid: undefined, alg: undefined, use: undefined }];
  expect(redOf(await examine({ config: configOf(op) }))).toEqual({});
});

test('an answer that takes long is a warning', async () => {
  await using op = await startHostileProvider();
  let time = 0;
  const jwks = op.routes['/jwks'];
  op.routes['/jwks'] = (...args) => {
    time += 3_000;
    jwks?.(...args);
  };
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + time };
  expect(redOf(await examine({ config: configOf(op), clock }))).toEqual({ 'provider.latency': 'warning' });
});

test('every check of an OpenID Provider has its planted fault', async () => {
  await using op = await startHostileProvider();
  const ids = (await examine({ config: configOf(op) })).map(({ id }) => id);
  const planted = new Set([...plantedFaults.map(({ check }) => check), 'provider.latency']);
  expect([...planted].sort()).toEqual([...ids].sort());
});
