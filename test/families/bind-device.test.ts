import { expect, test } from 'vitest';
import { createBindDevice } from '#src/families/bind-device';
import { fingerprint } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Instance } from '#src/stores/ports';
import { instance } from '../support/builders.ts';

const device = 'fingerprint dHY=';
const fresh = (changes: Partial<Instance> = {}) => instance({ id: 'new', origin: 'signed-in', ...changes });

/** The app has the instance `old` on this device already, with credentials; `new` is what the next sign-in opened. */
const start = async (next: Instance = fresh()) => {
  const { instances, credentials } = createMemoryStores();
  await instances.add(instance({ id: 'old', origin: 'signed-in', device: fingerprint(device) }));
  for (const holder of ['ana', ''])
    await credentials.add({ id: `pair of ${holder}`, secret: 's', instance: 'old', holder, createdAt: 0 });
  await instances.add(next);
  return { bind: createBindDevice({ store: instances }), next, instances, credentials };
};

test('an instance is bound to the first identifier, by its hash', async () => {
  const { bind, next, instances } = await start();
  expect(await bind(next, device)).toEqual({ ...next, device: fingerprint(device) });
  expect((await instances.find('new'))?.device).toBe(fingerprint(device));
});

test('a bound instance comes back as it is', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind } = await start(bound);
  expect(await bind(bound, device)).toBe(bound);
});

test('another identifier is refused, with the field and what to do', async () => {
  const bound = fresh({ device: fingerprint(device) });
  const { bind } = await start(bound);
  await expect(bind(bound, 'fingerprint b3RoZXI=')).rejects.toMatchObject({
    code: 'gateway_device_mismatch',
    field: 'AP-Device-Identifier',
    hint: expect.stringContaining('start over on the other device'),
  });
});

test('a rival that bound the instance elsewhere wins', async () => {
  const { bind, next, instances } = await start();
  await instances.bindDevice('new', 'of-another-device');
  await expect(bind(next, device)).rejects.toMatchObject({ code: 'gateway_device_mismatch' });
});

test('naming a device leads to no earlier instance and to nobody’s credentials', async () => {
  const { bind, next, credentials } = await start();
  expect(await bind(next, device)).toMatchObject({ id: 'new' });
  for (const holder of ['ana', '']) {
    expect(await credentials.find({ instance: 'new', holder })).toBeUndefined();
    expect((await credentials.find({ instance: 'old', holder }))?.id).toBe(`pair of ${holder}`);
  }
});
