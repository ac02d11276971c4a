import { fail } from '#src/lib/errors';
import type { CredentialPair, Instance, InstanceStore } from '../ports.ts';

interface Tables {
  readonly instances: Map<string, Instance>;
  readonly credentials: ReadonlyMap<string, CredentialPair>;
}

export const createInstanceStore = ({ instances, credentials }: Tables): InstanceStore => ({
  async add(instance) {
    if (instances.has(instance.id)) throw fail('gateway_internal', { detail: 'the instance id is taken' });
    instances.set(instance.id, { ...instance });
  },
  find: async (id) => instances.get(id),
  async bindDevice(id, device) {
    const instance = instances.get(id);
    if (!instance) return undefined;
    const bound = { ...instance, device: instance.device ?? device };
    instances.set(id, bound);
    return bound.device;
  },
  async findOfViewer({ app, device, viewer }) {
    const held = new Set(
      [...credentials.values()].filter(({ holder }) => holder === viewer).map(({ instance }) => instance),
    );
    return [...instances.values()]
      .filter(({ id, origin }) => origin === 'signed-in' && held.has(id))
      .filter((instance) => instance.app === app && instance.device === device)
      .sort((a, b) => a.createdAt - b.createdAt)[0];
  },
});
