import { fail } from '#src/lib/errors';
import type { CredentialPair, CredentialStore, Instance } from '../ports.ts';

interface Tables {
  readonly instances: Map<string, Instance>;
  readonly credentials: Map<string, CredentialPair>;
}

export const createCredentialStore = ({ instances, credentials }: Tables): CredentialStore => {
  const at = (instance: string, holder: string): CredentialPair | undefined =>
    [...credentials.values()].find((pair) => pair.instance === instance && pair.holder === holder);

  const insert = (pair: CredentialPair): CredentialPair => {
    if (credentials.has(pair.id)) throw fail('gateway_internal', { detail: 'the credential id is taken' });
    const stored = { ...pair };
    credentials.set(stored.id, stored);
    return stored;
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
      return insert({ ...pair, instance: replaced.instance, holder: replaced.holder });
    },
    async adopt(id, viewer) {
      const instance = instances.get(id);
      if (!instance || instance.firstViewer !== null) return false;
      instances.set(id, { ...instance, firstViewer: viewer });
      const anonymous = at(id, '');
      if (anonymous && !at(id, viewer)) credentials.set(anonymous.id, { ...anonymous, holder: viewer });
      return true;
    },
  };
};
