import { expect, test } from 'vitest';
import type { FamilyConfig } from '#src/config/schema';
import { createInstances } from '#src/families/instances';
import { fingerprint, systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { SignIn } from '#src/stores/ports';
import { app, family, instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();

const tv = app();
const registration = { app: tv, statementHash: fingerprint('statement'), redirectUri: null };

const start = (profilesPer: FamilyConfig['profilesPer'] = 'viewer') => {
  const stores = createMemoryStores();
  const instances = createInstances({
    store: stores.instances,
    signIns: stores.signIns,
    clock,
    ids: systemIds,
  });
  return {
    ...stores,
    store: stores.instances,
    instances,
    pair: (of: string, holder: string, id: string) =>
      stores.credentials.add({ id, secret: 's', instance: of, holder, createdAt: clock.now() }),
    signIn: async (clientId: string, viewer: string): Promise<SignIn> => {
      const grant = systemIds.uuid();
      const proven = { viewer, grant, provider: 'dtc', provenAt: 123 };
      await instances.signIn({ app: tv, family: family({ profilesPer }), clientId, ...proven, changes: [] });
      const signIn = await stores.signIns.find(grant);
      if (!signIn) throw new Error('signed in, yet unknown');
      return signIn;
    },
  };
};

test('the first viewer of an instance takes over what it used before; the second does not', async () => {
  const t = start();
  const { id } = await t.instances.register(registration);
  await t.pair(id, '', 'anonymous');
  await t.signIn(id, 'ana');
  await t.signIn(id, 'ben');
  expect((await t.credentials.find({ instance: id, holder: 'ana' }))?.id).toBe('anonymous');
  expect(await t.credentials.find({ instance: id, holder: 'ben' })).toBeUndefined();
  expect(await t.credentials.find({ instance: id, holder: '' })).toBeUndefined();
});

test('where profiles belong to the device, nobody takes anything over', async () => {
  const t = start('device');
  const { id } = await t.instances.register(registration);
  await t.pair(id, '', 'household');
  await t.signIn(id, 'ana');
  expect((await t.credentials.find({ instance: id, holder: '' }))?.id).toBe('household');
});

test('an instance is bound to the first device that it names', async () => {
  const t = start();
  const { id } = await t.instances.register(registration);
  const found = await t.instances.find(id);
  if (!found) throw new Error('registered, yet unknown');
  const bound = await t.instances.bindDevice(found, 'fingerprint QQ==');
  expect(await t.instances.bindDevice(bound, 'fingerprint QQ==')).toEqual(bound);
  await expect(t.instances.bindDevice(bound, 'fingerprint Qg==')).rejects.toMatchObject({
    code: 'gateway_device_mismatch',
  });
});

test('a secret opens its own instance only', async () => {
  const t = start();
  const [one, other] = [await t.instances.register(registration), await t.instances.register(registration)];
  expect((await t.instances.authenticate(one.id, one.secret))?.id).toBe(one.id);
  expect(await t.instances.authenticate(one.id, other.secret)).toBeUndefined();
  expect(await t.instances.authenticate(one.id, one.secret.slice(0, -1))).toBeUndefined();
  expect(await t.instances.authenticate('nobody', one.secret)).toBeUndefined();
});

test('instances and sign-ins are stored as they were made', async () => {
  const t = start();
  const { id, secret, createdAt } = await t.instances.register(registration);
  const registered = instance({
    id,
    secretHash: fingerprint(secret),
    statementHash: registration.statementHash,
    createdAt,
    seenAt: createdAt,
  });
  expect(createdAt).toBe(clock.now());
  expect(await t.instances.find(id)).toEqual(registered);

  const signIn = await t.signIn(id, 'ana');
  expect(signIn).toEqual({
    grant: signIn.grant,
    app: 'tv',
    family: 'ref',
    instance: id,
    viewer: 'ana',
    provider: 'dtc',
    provenAt: 123,
    createdAt,
    idleAt: createdAt + 86_400_000,
  });
  expect(await t.instances.findSignIn(signIn.grant)).toEqual(signIn);
  expect(await t.instances.find(id)).toEqual({ ...registered, firstViewer: 'ana' });
  await t.instances.endSignIn(signIn.grant);
  expect(await t.instances.findSignIn(signIn.grant)).toBeUndefined();
});

test('a sign-in by the app itself makes an instance without a secret', async () => {
  const t = start();
  const { grant } = await t.signIn('gone', 'ana');
  await t.store.add(instance({ id: tv.id }));
  const signIn = await t.signIn(tv.id, 'ana');
  expect(signIn.instance).not.toBe(tv.id);
  expect(signIn.instance).not.toBe((await t.instances.findSignIn(grant))?.instance);
  expect(await t.instances.find(signIn.instance)).toEqual(
    instance({
      id: signIn.instance,
      origin: 'signed-in',
      firstViewer: 'ana',
      createdAt: clock.now(),
      seenAt: clock.now(),
    }),
  );
  expect(await t.instances.authenticate(signIn.instance, '')).toBeUndefined();
});
