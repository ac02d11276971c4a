import { Writable } from 'node:stream';
import { request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Everything that a whole sign-in, login, failure and logout had to keep to itself. */
const secretsOf = async (t: TestWorld, tokens: readonly (string | undefined)[]): Promise<string[]> => {
  const requests = await t.control.requests();
  const statements = t.simulator.fixtures.apps.map(({ softwareStatement }) => softwareStatement);
  const headers = requests.flatMap(({ headers }) =>
    ['authorization', 'ad-service-token'].map((name) => String(headers[name] ?? '').replace(/^\w+ /, '')),
  );
  const fields = requests.flatMap(({ body, query }) => {
    const form = new URLSearchParams(body ?? '');
    return [
      'client_secret',
      'code',
      'code_verifier',
      'access_token',
      'input_token',
      'appsecret_proof',
    ].flatMap((name) => [form.get(name) ?? '', String(query[name] ?? '')]);
  });
  const codes = requests.flatMap(
    ({ path }) => /\/(?:profiles\/code|sessions)\/(\w{6,})$/.exec(path)?.[1] ?? [],
  );
  const personal = ['ana@viewers.example', 'chloe@viewers.example', 'ana-password'];
  return [...statements, ...headers, ...fields, ...codes, ...personal, ...tokens.map(String)].filter(
    (secret) => secret.length >= 6,
  );
};

test('no token, secret, code or address shows in logs, metrics, readiness or errors', async () => {
  const said: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      said.push(String(chunk));
      done();
    },
  });
  await using t = await startGateway({ overrides: { log: createLog('debug', sink) } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const phone = await t.signIn(t.device('otherPhone'), 'chloe', 'facebook');
  const code = await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  await tv.profileByCode(code);
  await tv.authorize('Cablevision', ['REF30', 'sports']);

  await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'reset' } });
  said.push(JSON.stringify((await phone.profiles()).body));
  await t.control.clearFaults();
  await t.control.fault({ match: { operation: 'profiles.mvpd' }, fault: { kind: 'body', body: '<html>no' } });
  said.push(JSON.stringify((await tv.profile('Cablevision')).body));
  said.push(JSON.stringify((await tv.call(`/REF40/profiles/code/${code}`)).body));
  const { accessToken, refreshToken } = tv.tokens ?? {};
  const used = await t.control.requests();
  await tv.logout('Cablevision', 'https://adobe.com');
  await tv.signOut();
  for (const path of ['metrics', 'readyz']) {
    said.push(JSON.stringify(await request({ url: `${t.adminOrigin}/${path}` })));
  }

  const everything = said.join('\n');
  expect(everything).toContain('"route":"profiles.all"');
  const secrets = await secretsOf(t, [accessToken, refreshToken, phone.tokens?.accessToken, code]);
  expect(secrets.length).toBeGreaterThan(used.length);
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  for (const line of everything.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
});
