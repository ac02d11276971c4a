import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Instance, Stores } from '#src/stores/ports';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { createAdminClient } from '../support/admin.ts';
import { reachedAdobe } from '../support/answers.ts';
import { auditRecord } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Who is signed in, as userinfo tells: the account's id. */
const accountOf = async (t: TestWorld, device: Device): Promise<string> => {
  const authorization = `Bearer ${device.tokens?.accessToken}`;
  return String((await request({ url: `${t.origin}/me`, headers: { authorization } })).body['sub']);
};

/** Each of the six operations that carry a service token. */
const sixCalls = (device: Device) => [
  device.createSession({ mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' }),
  device.profiles(),
  device.profile('Cablevision'),
  device.preauthorize('Cablevision', ['REF30']),
  device.authorize('Cablevision', ['REF30']),
  device.logout('Cablevision', 'https://adobe.com'),
];

/** The service token that went to Adobe last, and its claims. */
const lastToken = async (t: TestWorld) => {
  const sent = (await t.control.requests()).findLast(({ serviceToken }) => serviceToken);
  return {
    text: String(sent?.headers['ad-service-token']),
    jti: String(sent?.serviceToken?.claims?.['jti']),
    sub: String(sent?.serviceToken?.claims?.['sub']),
  };
};

/** Stores that tell which instances were made: registered, or signed in on. */
const watchedStores = () => {
  const stores = createMemoryStores();
  const made: Instance[] = [];
  const instances: Stores['instances'] = {
    ...stores.instances,
    add: (instance) => {
      made.push(instance);
      return stores.instances.add(instance);
    },
  };
  const signIns: Stores['signIns'] = {
    ...stores.signIns,
    open: (opening, now) => {
      if (opening.instance) made.push(opening.instance);
      return stores.signIns.open(opening, now);
    },
  };
  return { stores: { ...stores, instances, signIns }, made };
};

test('a revoked account is served nothing, on no device, and is not signed in to again', async () => {
  await using t = await startGateway();
  const admin = createAdminClient(t.adminOrigin);
  const tv = await t.signIn(t.device('tv'), 'ana');
  const phone = await t.signIn(t.device('phone'), 'ana');
  const other = await t.signIn(t.device('otherPhone'), 'ben');
  await tv.profiles();
  const { sub } = await lastToken(t);
  const account = { kind: 'account', id: await accountOf(t, tv) } as const;

  expect((await admin.revoke({ ...account, reason: 'shared with the whole street' })).status).toBe(200);
  await t.control.clearRequests();
  for (const answer of await Promise.all([...sixCalls(tv), ...sixCalls(phone)])) {
    expect([401, 403]).toContain(answer.status);
    expect(answer.body['code']).toMatch(/^gateway_/);
  }
  expect((await refreshAt(t.origin, tv)).body).toMatchObject({ error: 'invalid_grant' });
  expect(
    (
      await request({
        url: `${t.origin}/me`,
        headers: { authorization: `Bearer ${phone.tokens?.accessToken}` },
      })
    ).status,
  ).toBe(401);
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
  await expect(t.signIn(t.device('tv', { id: 'a new tv' }), 'ana')).rejects.toThrow();
  expect((await other.profiles()).status).toBe(200);

  expect((await admin.lift(account)).status).toBe(204);
  expect((await tv.profiles()).status).toBe(401); // what was ended stays ended
  await t.signIn(tv, 'ana');
  await tv.profiles();
  expect((await lastToken(t)).sub).toBe(sub);
});

test('a revoked instance is served nothing; the viewer’s other devices are', async () => {
  const { stores, made } = watchedStores();
  await using t = await startGateway({ overrides: { stores } });
  const admin = createAdminClient(t.adminOrigin);
  const phone = await t.signIn(t.device('phone'), 'ana');
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const { jti } = await lastToken(t);
  await admin.revoke({ kind: 'instance', id: made[1]?.id ?? '' });

  await t.control.clearRequests();
  for (const answer of await Promise.all(sixCalls(tv))) expect([401, 403]).toContain(answer.status);
  expect((await refreshAt(t.origin, tv)).body).toMatchObject({ error: 'invalid_grant' });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);

  expect((await phone.profiles()).status).toBe(200);
  expect((await lastToken(t)).jti).toBe(jti);
});

test('a revoked installation gets no client token, is no client, and its client token is dead', async () => {
  const { stores, made } = watchedStores();
  await using t = await startGateway({ overrides: { stores } });
  const tv = t.device('tv');
  await tv.register();
  expect((await tv.profiles()).status).toBe(200);
  await createAdminClient(t.adminOrigin).revoke({ kind: 'instance', id: made[0]?.id ?? '' });
  const before = (await t.control.requests()).length;
  const answer = await tv.profiles();
  expect(answer).toMatchObject({ status: 403, body: { code: 'gateway_revoked' } });
  await expect(t.signIn(tv, 'ana')).rejects.toThrow(/invalid_client|client/);
  expect((await t.control.requests()).length).toBe(before);
});

test('a revoked token never leaves again: another one takes its place', async () => {
  await using t = await startGateway();
  const admin = createAdminClient(t.adminOrigin);
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const first = await lastToken(t);
  expect((await admin.introspect(first.text)).body).toMatchObject({ active: true, jti: first.jti });
  await admin.revoke({ kind: 'jti', id: first.jti });

  await Promise.all([tv.profiles(), tv.profiles(), tv.profiles()]);
  const second = await lastToken(t);
  expect(second.jti).not.toBe(first.jti);
  expect(second.sub).toBe(first.sub);
  expect((await admin.introspect(first.text)).body).toMatchObject({
    active: false,
    reasons: ['its jti is revoked'],
  });
  expect((await admin.introspect(second.text)).body).toMatchObject({ active: true });
});

describe('kept service tokens are forgotten', () => {
  test('at a logout of the TV provider', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    await tv.profiles();
    const { jti } = await lastToken(t);
    await tv.profiles();
    expect((await lastToken(t)).jti).toBe(jti);
    await tv.logout('Cablevision', 'https://adobe.com');
    await tv.profiles();
    expect((await lastToken(t)).jti).not.toBe(jti);
  });

  test('when a sign-in of the viewer ends', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const phone = await t.signIn(t.device('phone'), 'ana');
    await tv.profiles();
    const { jti } = await lastToken(t);
    await phone.signOut();
    await tv.profiles();
    expect((await lastToken(t)).jti).not.toBe(jti);
  });
});

test('service tokens are forgotten when another process ends a sign-in of the viewer', async () => {
  const file = await temporaryFile();
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock, stores: await openStores(file) } });
  await using elsewhere = await openStores(file);
  const phone = await t.signIn(t.device('phone'), 'ana');
  const [signIn] = await elsewhere.signIns.list({ limit: 1 });
  await phone.profiles();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const { jti } = await lastToken(t);
  await elsewhere.signIns.end(signIn?.grant ?? '', clock.now());
  await clock.advance(1_000);
  await tv.profiles();
  expect((await lastToken(t)).jti).not.toBe(jti);
});

test('which instance and app a call came from stands in the log', async () => {
  const { stores, made } = watchedStores();
  const lines: object[] = [];
  const note = (fields: object) => void lines.push(fields);
  const log = { debug: note, info: note, warn: note, error: note };
  await using t = await startGateway({ overrides: { stores, log } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  expect(lines).toContainEqual(
    expect.objectContaining({ route: 'profiles.all', app: 'ref30-tv', instance: made[0]?.id, status: 200 }),
  );
});

test('a gateway heeds within a second what another process revoked in the same database', async () => {
  const file = await temporaryFile();
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock, stores: await openStores(file) } });
  await using elsewhere = await openStores(file);
  const revoke = async (kind: 'account' | 'jti', id: string) => {
    await elsewhere.revocations.add({ kind, id, reason: '', at: clock.now() }, auditRecord());
    await clock.advance(1_000);
  };

  const tv = await t.signIn(t.device('tv'), 'ana');
  await tv.profiles();
  const { jti } = await lastToken(t);
  await revoke('jti', jti);
  await tv.profiles();
  expect((await lastToken(t)).jti).not.toBe(jti);

  await revoke('account', await accountOf(t, tv));
  await t.control.clearRequests();
  const refused = { status: 401, body: { code: 'gateway_access_token_expired' } };
  expect(await tv.profiles()).toMatchObject(refused);
  expect((await refreshAt(t.origin, tv)).body).toMatchObject({ error: 'invalid_grant' });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});
