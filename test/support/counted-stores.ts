import type { Stores } from '#src/stores/ports';

export interface CountedStores {
  readonly stores: Stores;
  /** How often each `store.method` was called since the count was last taken. */
  take(): Readonly<Record<string, number>>;
}

/** Stores whose calls are counted. */
export const countCalls = (stores: Stores): CountedStores => {
  let calls: string[] = [];
  const counted = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          calls.push(`${name}.${String(key)}`);
          return Reflect.apply(member, target, values);
        };
      },
    });
  return {
    stores: {
      accounts: counted('accounts', stores.accounts),
      subjects: counted('subjects', stores.subjects),
      instances: counted('instances', stores.instances),
      signIns: counted('signIns', stores.signIns),
      revocations: counted('revocations', stores.revocations),
      audit: counted('audit', stores.audit),
      credentials: counted('credentials', stores.credentials),
      records: counted('records', stores.records),
      artifacts: counted('artifacts', stores.artifacts),
      exchanges: counted('exchanges', stores.exchanges),
      leases: counted('leases', stores.leases),
      counters: counted('counters', stores.counters),
      callers: counted('callers', stores.callers),
      profiles: counted('profiles', stores.profiles),
      keyFiles: counted('keyFiles', stores.keyFiles),
      imports: counted('imports', stores.imports),
      // Read twice a second, whatever else happens.
      changes: stores.changes,
      sweep: stores.sweep,
      ping: stores.ping,
      close: stores.close,
      [Symbol.asyncDispose]: () => stores.close(),
    },
    take: () => {
      const taken = Object.groupBy(calls, (call) => call);
      calls = [];
      return Object.fromEntries(Object.entries(taken).map(([call, times]) => [call, times?.length ?? 0]));
    },
  };
};
