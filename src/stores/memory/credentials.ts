import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { CredentialPair, CredentialStore, Instance } from '../ports.ts';
import type { Tables } from './tables.ts';

const createAt =
  ({ credentials }: Tables) =>
  (instance: string, holder: string): CredentialPair | undefined =>
    [...credentials.values()].find((pair) => pair.instance === instance && pair.holder === holder);

export const createAdopt = (tables: Tables) => {
  const { instances, credentials, imported, recordChange } = tables;
  const at = createAt(tables);

  const isAwaited = ({ id, app, device }: Instance, viewer: string): boolean =>
    device !== null &&
    [...imported].some((pair) => {
      const { instance = '', holder } = credentials.get(pair) ?? {};
      const home = instances.get(instance);
      return holder === viewer && instance !== id && home?.app === app && home.device === device;
    });

  return (id: string, viewer: string, now: number): boolean => {
    const instance = instances.get(id);
    if (!instance || instance.firstViewer !== null) return false;
    instances.set(id, { ...instance, firstViewer: viewer });
    const anonymous = at(id, '');
    if (anonymous && !at(id, viewer) && !isAwaited(instance, viewer)) {
      credentials.set(anonymous.id, { ...anonymous, holder: viewer });
      recordChange('credentials', anonymous.id, now);
    }
    return true;
  };
};

export const createCredentialStore = (tables: Tables): CredentialStore => {
  const { instances, credentials, imported, paired, revocations, recordChange } = tables;
  const at = createAt(tables);
  const adopt = createAdopt(tables);

  const put = (pair: CredentialPair): CredentialPair => {
    credentials.set(pair.id, { ...pair });
    paired.add(pair.instance);
    return pair;
  };
  const insert = (pair: CredentialPair): CredentialPair => {
    if (credentials.has(pair.id)) throw fail('gateway_internal', { detail: 'the credential id is taken' });
    return put(pair);
  };

  const addUnlessThere = (pair: CredentialPair): CredentialPair =>
    at(pair.instance, pair.holder) ?? insert(pair);

  return {
    find: async ({ instance, holder }) => at(instance, holder),
    byId: async (id) => credentials.get(id),
    add: async (pair) => addUnlessThere(pair),
    async replace(old, pair) {
      const replaced = credentials.get(old);
      if (!replaced) return addUnlessThere(pair);
      credentials.delete(old);
      imported.delete(old);
      recordChange('credentials', old, pair.createdAt);
      return insert({ ...pair, instance: replaced.instance, holder: replaced.holder });
    },
    adopt: async (instance, viewer, now) => adopt(instance, viewer, now),
    async bring({ app, device, viewer, to, now }) {
      const held = at(to, viewer);
      if (held || viewer === '') return held;
      const [other] = [...instances.values()]
        .filter((instance) => instance.app === app && instance.device === device && instance.id !== to)
        .filter(({ id }) => !revocations.has(compositeKey('instance', id)) && at(id, viewer))
        .sort((a, b) => a.createdAt - b.createdAt);
      const pair = other && at(other.id, viewer);
      if (!pair) return undefined;
      recordChange('credentials', pair.id, now);
      imported.delete(pair.id);
      return put({ ...pair, instance: to });
    },
  };
};
