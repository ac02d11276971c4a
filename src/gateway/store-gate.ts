import { storeUnavailable } from '#src/stores/failure';
import type { Stores } from '#src/stores/ports';
import { wrapCalls } from '#src/stores/wrap-calls';

/**
 * A circuit breaker for the store, open while this process cannot read the changes. It refuses calls at once, including those
 * that already wait for a response: an unresponsive store delays nobody, and no cached data is used that could not be checked.
 * Work that has started continues: a refused write may still be committed.
 */
export const createStoreGate = () => {
  const waiting = new Set<(error: Error) => void>();
  let isOpen = true;

  const refusal = (): Error =>
    storeUnavailable('unreachable', { detail: 'the store has not responded for a second' });

  const pass = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!isOpen) throw refusal();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const begun = work();
    waiting.add(reject);
    begun.then(resolve, reject).finally(() => waiting.delete(reject));
    return promise;
  };

  return {
    /** Whether calls go to the store. */
    set: (open: boolean): void => {
      isOpen = open;
      if (isOpen) return;
      for (const reject of waiting) reject(refusal());
      waiting.clear();
    },
    /** The stores behind the gate, apart from the changes: reading those is the health check that sets it. */
    guard: (stores: Stores): Stores => ({ ...wrapCalls(stores, pass), changes: stores.changes }),
  };
};
