import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { createLru } from '#src/lib/lru';

interface Stored {
  readonly payload: AdapterPayload;
  /** Seconds that simulated time was ahead of real time at the write. */
  readonly shift: number;
}

/** What is revoked with its grant; interactions name a grant as well, and outlive the session that they end. */
const modelsOfGrant = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);

const timestamps = ['iat', 'exp', 'iiat', 'loginTs', 'authTime'] as const;

/**
 * Memory storage per instance; oidc-provider's own is shared by the whole process. The provider uses the system clock, so
 * what it reads is aged by as much as the simulated clock has been advanced since the write.
 */
export const createDtcAdapter = (shift: () => number = () => 0) => {
  const stored = createLru<Stored>(2000);
  const idsByUid = createLru<string>(1000);
  const idsByUserCode = createLru<string>(1000);
  const keysByGrant = createLru<Set<string>>(1000);

  const read = (key: string): AdapterPayload | undefined => {
    const found = stored.get(key);
    const aged = found ? shift() - found.shift : 0;
    if (!found || aged === 0) return found?.payload;
    const payload = { ...found.payload };
    for (const name of timestamps) {
      const value = payload[name];
      if (typeof value === 'number') payload[name] = value - aged;
    }
    return payload;
  };
  const write = (key: string, payload: AdapterPayload) => stored.set(key, { payload, shift: shift() });

  const adapter = (model: string): Adapter => {
    const keyOf = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload) => {
        write(keyOf(id), payload);
        if (payload.uid) idsByUid.set(keyOf(payload.uid), id);
        if (payload.userCode) idsByUserCode.set(keyOf(payload.userCode), id);
        if (!payload.grantId || !modelsOfGrant.has(model)) return;
        const keys = keysByGrant.get(payload.grantId) ?? new Set();
        keysByGrant.set(payload.grantId, keys.add(keyOf(id)));
      },
      find: async (id) => read(keyOf(id)),
      findByUid: async (uid) => read(keyOf(idsByUid.get(keyOf(uid)) ?? '')),
      findByUserCode: async (code) => read(keyOf(idsByUserCode.get(keyOf(code)) ?? '')),
      // Two concurrent redemptions both find the code unconsumed; only the first may consume it.
      consume: async (id) => {
        const payload = read(keyOf(id));
        if (!payload || payload.consumed) throw new errors.InvalidGrant('already consumed');
        write(keyOf(id), { ...payload, consumed: true });
      },
      destroy: async (id) => {
        stored.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const key of keysByGrant.get(grantId) ?? []) stored.delete(key);
        keysByGrant.delete(grantId);
      },
    };
  };

  /** All entries of one model, by id. */
  const list = (model: string): [string, AdapterPayload][] =>
    stored.list().flatMap(([key]): [string, AdapterPayload][] => {
      const payload = key.startsWith(`${model}:`) ? read(key) : undefined;
      return payload ? [[key.slice(model.length + 1), payload]] : [];
    });

  return { adapter, list };
};

export type DtcAdapter = ReturnType<typeof createDtcAdapter>;
