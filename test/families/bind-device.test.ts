import { expect, test } from 'vitest';
import { createBindDevice } from '#src/families/bind-device';
import { fingerprint } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Instance } from '#src/stores/ports';
import { instance } from '../support/builders.ts';

const device = 'fingerprint dHY=';
const fresh = (changes: Partial<Instance> = {}) => instance({ id: 'new', origin: 'signed-in', ...changes });

/** Ana and the household have credentials on the instance `old` of this device; `new` is what the next sign-in opened. */
const start = async (next: Instance = fresh()) => {
  const { instances, credentials, revocations } = createMemoryStores();
  await instances.add(instance({ id: 'old', origin: 'signed-in', device: fingerprint(device) }));
  for (const holder of ['ana', ''])
    await credentials.add({ id: `pair of ${holder}`, secret: 's', instance: 'old', holder, createdAt: 0 });
  await instances.add(next);
  const bind = createBindDevice({ store: instances, credentials });
  const pairOn = async (id: string, holder: string) => (await credentials.find({ instance: id, holder }))?.id;
  return { bind, next, instances, revocations, pairOn };
};

test('an instance is bound to the first identifier, by its hash', async () => {
  const { bind, next, instances } = await start();
  expect(await bind(next, device, null)).toEqual({ ...next, device: fingerprint(device) });
  expect((await instances.find('new'))?.device).toBe(fingerprint(device));
});

test('a bound instance comes back as it is', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind, pairOn } = await start(bound);
  expect(await bind(bound, device, 'ana')).toBe(bound);
  expect(await pairOn('old', 'ana')).toBe('pair of ana');
});

test('another identifier is refused, with the field and what to do', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind } = await start(bound);
  await expect(bind(bound, 'fingerprint b3RoZXI=', null)).rejects.toMatchObject({
    code: 'gateway_device_mismatch',
    field: 'AP-Device-Identifier',
    hint: expect.stringContaining('register a new instance'),
  });
});

test('a rival that bound the instance elsewhere wins', async () => {
  const { bind, next, instances } = await start();
  await instances.bindDevice('new', 'of-another-device');
  await expect(bind(next, device, null)).rejects.toMatchObject({ code: 'gateway_device_mismatch' });
});

test('a viewer who signs in again on a device keeps their own credentials, on the new instance', async () => {
  const { bind, next, pairOn } = await start();
  expect(await bind(next, device, 'ana')).toMatchObject({ id: 'new', device: fingerprint(device) });
  expect(await pairOn('new', 'ana')).toBe('pair of ana');
  expect(await pairOn('old', 'ana')).toBeUndefined();
});

test.each([
  ['another viewer', 'ben'],
  ['the household', null],
])('naming a device brings %s nothing', async (_who, holder) => {
  const { bind, next, pairOn } = await start();
  await bind(next, device, holder);
  for (const each of ['ana', 'ben', '']) expect(await pairOn('new', each)).toBeUndefined();
  expect(await pairOn('old', '')).toBe('pair of ');
});

test('the credentials of a revoked instance stay there', async () => {
  const { bind, next, revocations, pairOn } = await start();
  await revocations.add({ kind: 'instance', id: 'old', reason: 'stolen', at: 0 });
  await bind(next, device, 'ana');
  expect(await pairOn('new', 'ana')).toBeUndefined();
  expect(await pairOn('old', 'ana')).toBe('pair of ana');
});
