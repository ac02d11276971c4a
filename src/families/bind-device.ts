import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Instance, InstanceStore } from '#src/stores/ports';

interface Deps {
  readonly store: Pick<InstanceStore, 'bindDevice'>;
}

/**
 * Binds an instance to the first device identifier that it sends, for good. An identifier proves nothing: no other
 * instance and nobody's credentials follow from it. Errors: gateway_device_mismatch.
 */
export const createBindDevice =
  ({ store }: Deps) =>
  async (instance: Instance, device: string): Promise<Instance> => {
    const hash = fingerprint(device);
    if (instance.device === hash) return instance;
    if ((await store.bindDevice(instance.id, hash)) !== hash) {
      throw fail('gateway_device_mismatch', {
        field: 'AP-Device-Identifier',
        isRegistered: instance.origin === 'registered',
        hint: 'send the identifier that this instance sent first, or start over on the other device',
      });
    }
    return { ...instance, device: hash };
  };
