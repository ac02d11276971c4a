import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Instance, InstanceStore, SignIn, SignInStore } from '#src/stores/ports';
import { holderKey } from './credentials.ts';

interface Deps {
  readonly store: Pick<InstanceStore, 'bindDevice' | 'findOfViewer'>;
  readonly signIns: Pick<SignInStore, 'move'>;
}

/**
 * Binds an instance to the first device identifier that it sends, for good. A viewer who signs in again on a device
 * that the app already knows gets the earlier instance, and with it the credentials of the same holder.
 * Errors: gateway_device_mismatch.
 */
export const createBindDevice =
  ({ store, signIns }: Deps) =>
  async (
    instance: Instance,
    device: string,
    returning?: { readonly signIn: SignIn; readonly holder: string | null },
  ): Promise<Instance> => {
    const hash = fingerprint(device);
    if (instance.device === hash) return instance;
    if (instance.device === null && instance.origin === 'signed-in' && returning) {
      const { signIn, holder } = returning;
      const before = await store.findOfViewer({ app: instance.app, device: hash, viewer: holderKey(holder) });
      if (before && before.id !== instance.id) {
        await signIns.move(signIn.grant, before.id);
        return before;
      }
    }
    if ((await store.bindDevice(instance.id, hash)) === hash) return { ...instance, device: hash };
    throw fail('gateway_device_mismatch', {
      field: 'AP-Device-Identifier',
      hint: 'send the identifier that this instance sent first, or register a new instance for the other device',
    });
  };
