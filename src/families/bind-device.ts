import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { CredentialStore, Instance, InstanceStore } from '#src/stores/ports';

interface Deps {
  readonly store: Pick<InstanceStore, 'bindDevice'>;
  readonly credentials: Pick<CredentialStore, 'bring'>;
}

/**
 * Binds an instance to the first device identifier that it sends, for good. A viewer who signs in again on a device that
 * the app already knows keeps the credentials that they held there; an identifier proves nothing, so nobody else's
 * credentials and no earlier instance follow from it. Errors: gateway_device_mismatch.
 */
export const createBindDevice =
  ({ store, credentials }: Deps) =>
  async (instance: Instance, device: string, holder: string | null): Promise<Instance> => {
    const hash = fingerprint(device);
    if (instance.device === hash) return instance;
    // Before the device is bound: whoever finds it bound also finds the credentials.
    if (holder !== null)
      await credentials.bring({ app: instance.app, device: hash, viewer: holder, to: instance.id });
    if ((await store.bindDevice(instance.id, hash)) !== hash) {
      throw fail('gateway_device_mismatch', {
        field: 'AP-Device-Identifier',
        hint: 'send the identifier that this instance sent first, or register a new instance for the other device',
      });
    }
    return { ...instance, device: hash };
  };
