import { expect, test } from 'vitest';
import { createBindDevice } from '#src/families/bind-device';
import { fingerprint } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Instance } from '#src/stores/ports';
import { instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const device = 'fingerprint dHY=';
const signIn = { grant: 'g1', app: 'tv', instance: 'new', viewer: 'ana', createdAt: 0 };
const returning = { signIn, holder: 'ana' };
const fresh = (changes: Partial<Instance> = {}) => instance({ id: 'new', origin: 'signed-in', ...changes });

/** Ana has credentials on the instance `old` of this device; `new` is what her next sign-in opened. */
const start = async (next: Instance = fresh()) => {
  const { instances, signIns, credentials } = createMemoryStores({ clock: createManualClock() });
  await instances.add(instance({ id: 'old', origin: 'signed-in', device: fingerprint(device) }));
  await credentials.add({ id: 'pair', secret: 's', instance: 'old', holder: 'ana', createdAt: 0 });
  await instances.add(next);
  await signIns.record(signIn);
  const bind = createBindDevice({ store: instances, signIns });
  const movedTo = async () => (await signIns.find('g1'))?.instance;
  return { bind, next, instances, movedTo };
};

test('an instance is bound to the first identifier, by its hash', async () => {
  const { bind, next, instances } = await start();
  expect(await bind(next, device)).toEqual({ ...next, device: fingerprint(device) });
  expect((await instances.find('new'))?.device).toBe(fingerprint(device));
});

test('a bound instance comes back as it is', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind, movedTo } = await start(bound);
  expect(await bind(bound, device, returning)).toBe(bound);
  expect(await movedTo()).toBe('new');
});

test('another identifier is refused, with the field and what to do', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind } = await start(bound);
  await expect(bind(bound, 'fingerprint b3RoZXI=')).rejects.toMatchObject({
    code: 'gateway_device_mismatch',
    field: 'AP-Device-Identifier',
    hint: expect.stringContaining('register a new instance'),
  });
});

test('a rival that bound the instance elsewhere wins', async () => {
  const { bind, next, instances } = await start();
  await instances.bindDevice('new', 'of-another-device');
  await expect(bind(next, device)).rejects.toMatchObject({ code: 'gateway_device_mismatch' });
});

test('a viewer who signs in again gets the earlier instance, and the sign-in moves there', async () => {
  const { bind, next, movedTo } = await start();
  expect(await bind(next, device, returning)).toMatchObject({ id: 'old' });
  expect(await movedTo()).toBe('old');
});

test.each<[string, Instance, Parameters<Awaited<ReturnType<typeof start>>['bind']>[2]]>([
  ['nobody signed in', fresh(), undefined],
  ['the instance was registered', fresh({ origin: 'registered' }), returning],
  ['another viewer signed in', fresh(), { signIn, holder: 'ben' }],
  ['the device holds no credentials itself', fresh(), { signIn, holder: null }],
])('the new instance stays where %s', async (_what, next, who) => {
  const { bind, movedTo } = await start(next);
  expect(await bind(next, device, who)).toMatchObject({ id: 'new', device: fingerprint(device) });
  expect(await movedTo()).toBe('new');
});

test('an instance that is bound to another device is refused, even for a viewer this device knows', async () => {
  const bound = fresh({ device: fingerprint('fingerprint b3RoZXI=') });
  const { bind, movedTo } = await start(bound);
  await expect(bind(bound, device, returning)).rejects.toMatchObject({ code: 'gateway_device_mismatch' });
  expect(await movedTo()).toBe('new');
});

test('a sign-in that is on the earlier instance already is not moved', async () => {
  const { instances } = await start();
  const old = await instances.find('old');
  if (!old) throw new Error('stored, yet unknown');
  const move = () => Promise.reject(new Error('moved'));
  const bind = createBindDevice({ store: instances, signIns: { move } });
  expect(await bind({ ...old, device: null }, device, returning)).toEqual(old);
});
