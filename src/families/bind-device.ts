import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Instance, InstanceStore, SignIn, SignInStore } from '#src/stores/ports';

interface Deps {
  readonly store: Pick<InstanceStore, 'bindDevice' | 'findOfViewer'>;
  readonly signIns: Pick<SignInStore, 'move'>;
}

/**
 * Binds an instance to the first device identifier that it sends, for good. Who signs in anew on a device that the
 * same app knows comes back to the instance of before, and so to the credentials of the same holder.
 * Errors: gateway_device_mismatch.
 */
export const createBindDevice =
  ({ store, signIns }: Deps) =>
  async (
    instance: Instance,
    device: string,
    comingBack?: { signIn: SignIn; holder: string },
  ): Promise<Instance> => {
    const hash = fingerprint(device);
    if (instance.device === hash) return instance;
    if (instance.device === null && instance.origin === 'signed-in' && comingBack) {
      const { signIn, holder } = comingBack;
      const before = await store.findOfViewer({ app: instance.app, device: hash, viewer: holder });
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
