import { fail } from '#src/lib/errors';
import type { Instance, InstanceStore } from '../ports.ts';
import type { Tables } from './tables.ts';

export const createAddInstance =
  ({ instances }: Tables) =>
  (instance: Instance): void => {
    if (instances.has(instance.id)) throw fail('gateway_internal', { detail: 'the instance id is taken' });
    instances.set(instance.id, { ...instance });
  };

export const createInstanceSeen =
  ({ instances }: Tables) =>
  (id: string, now: number): void => {
    const instance = instances.get(id);
    if (instance) instances.set(id, { ...instance, seenAt: Math.max(instance.seenAt, now) });
  };

export const createInstanceStore = (tables: Tables): InstanceStore => {
  const { instances } = tables;
  const add = createAddInstance(tables);
  const seen = createInstanceSeen(tables);
  return {
    add: async (instance) => add(instance),
    find: async (id) => instances.get(id),
    async bindDevice(id, device) {
      const instance = instances.get(id);
      if (!instance) return undefined;
      const bound = { ...instance, device: instance.device ?? device };
      instances.set(id, bound);
      return bound.device;
    },
    seen: async (id, now) => seen(id, now),
  };
};
