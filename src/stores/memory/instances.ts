import { fail } from '#src/lib/errors';
import type { InstanceStore } from '../ports.ts';
import type { Tables } from './tables.ts';

export const createInstanceStore = ({ instances }: Tables): InstanceStore => ({
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
  async seen(id, now) {
    const instance = instances.get(id);
    if (instance) instances.set(id, { ...instance, seenAt: Math.max(instance.seenAt, now) });
  },
});
