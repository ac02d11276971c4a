import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { createLru } from '#src/lib/lru';

interface Kept {
  readonly payload: AdapterPayload;
  /** How far the world was ahead of the machine when it was written, in seconds. */
  readonly shift: number;
}

const moments = ['iat', 'exp', 'iiat', 'loginTs', 'authTime'] as const;

/**
 * What oidc-provider keeps, in the memory of one instance: its own adapter is shared by the whole process. The
 * provider reads the machine's clock, so whatever it finds here is as much older as the world has run ahead since.
 */
export const createDtcAdapter = (shift: () => number = () => 0) => {
  const kept = createLru<Kept>(2000);
  const idsByUid = createLru<string>(1000);
  const idsByUserCode = createLru<string>(1000);
  const keysByGrant = createLru<Set<string>>(1000);

  const read = (key: string): AdapterPayload | undefined => {
    const found = kept.get(key);
    const aged = found ? shift() - found.shift : 0;
    if (!found || aged === 0) return found?.payload;
    const payload = { ...found.payload };
    for (const moment of moments) {
      const value = payload[moment];
      if (typeof value === 'number') payload[moment] = value - aged;
    }
    return payload;
  };
  const write = (key: string, payload: AdapterPayload) => kept.set(key, { payload, shift: shift() });

  const adapter = (model: string): Adapter => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload) => {
        write(keyOf(id), payload);
        if (payload.uid) idsByUid.set(keyOf(payload.uid), id);
        if (payload.userCode) idsByUserCode.set(keyOf(payload.userCode), id);
        if (!payload.grantId) return;
        const keys = keysByGrant.get(payload.grantId) ?? new Set();
        keysByGrant.set(payload.grantId, keys.add(keyOf(id)));
      },
      find: async (id) => read(keyOf(id)),
      findByUid: async (uid) => read(keyOf(idsByUid.get(keyOf(uid)) ?? '')),
      findByUserCode: async (code) => read(keyOf(idsByUserCode.get(keyOf(code)) ?? '')),
      // Two redemptions at once both find the code unconsumed; only the first may consume it.
      consume: async (id) => {
        const payload = read(keyOf(id));
        if (!payload || payload.consumed) throw new errors.InvalidGrant('already consumed');
        write(keyOf(id), { ...payload, consumed: true });
      },
      destroy: async (id) => {
        kept.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const key of keysByGrant.get(grantId) ?? []) kept.delete(key);
        keysByGrant.delete(grantId);
      },
    };
  };

  /** Everything of one model, by id. */
  const list = (model: string): [string, AdapterPayload][] =>
    kept.list().flatMap(([key]): [string, AdapterPayload][] => {
      const payload = key.startsWith(`${model}:`) ? read(key) : undefined;
      return payload ? [[key.slice(model.length + 1), payload]] : [];
    });

  return { adapter, list };
};

export type DtcAdapter = ReturnType<typeof createDtcAdapter>;
