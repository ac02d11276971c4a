import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { createLru } from '#src/lib/lru';

/** What oidc-provider keeps, in the memory of one instance: its own adapter is shared by the whole process. */
export const createDtcAdapter = (): ((model: string) => Adapter) => {
  const payloads = createLru<AdapterPayload>(2000);
  const idsByUid = createLru<string>(1000);
  const keysByGrant = createLru<Set<string>>(1000);

  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload) => {
        payloads.set(keyOf(id), payload);
        if (payload.uid) idsByUid.set(keyOf(payload.uid), id);
        if (!payload.grantId) return;
        const keys = keysByGrant.get(payload.grantId) ?? new Set();
        keysByGrant.set(payload.grantId, keys.add(keyOf(id)));
      },
      find: async (id) => payloads.get(keyOf(id)),
      findByUid: async (uid) => payloads.get(keyOf(idsByUid.get(keyOf(uid)) ?? '')),
      findByUserCode: async () => undefined,
      // Two redemptions at once both find the code unconsumed; only the first may consume it.
      consume: async (id) => {
        const payload = payloads.get(keyOf(id));
        if (!payload || payload.consumed) throw new errors.InvalidGrant('already consumed');
        payloads.set(keyOf(id), { ...payload, consumed: true });
      },
      destroy: async (id) => {
        payloads.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const key of keysByGrant.get(grantId) ?? []) payloads.delete(key);
        keysByGrant.delete(grantId);
      },
    };
  };
};
