import { isBusy, whileServing } from './errors.ts';
import { methods, type StoreName } from './methods.ts';
import type { ConnectedStores } from './stores.ts';
import type { Writer } from './writer.ts';

interface Deps {
  /** The stores on a connection of this thread, which only reads. */
  readonly reader: ConnectedStores;
  readonly writer: Pick<Writer, 'call'>;
  readonly file: string;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** One set of stores: the methods that read run here, those that write in the writer's thread. */
export const joinStores = ({ reader, writer, file }: Deps): ConnectedStores => {
  const writing =
    (store: StoreName, method: string): Method =>
    (...args) =>
      writer.call({ store, method, args });

  // A reader is in the way of others only after another process was killed, while what it left is put in order.
  const reading =
    (store: StoreName, method: string, read: Method): Method =>
    async (...args) => {
      try {
        return await read(...args);
      } catch (error) {
        if (isBusy(error)) return writer.call({ store, method, args });
        throw whileServing(error, file);
      }
    };

  const joined = Object.entries(methods).map(([name, uses]) => {
    const store = name as StoreName;
    const own = reader[store] as unknown as Record<string, Method>;
    const entries = Object.entries(uses).map(([method, use]) => {
      const read = own[method];
      return [method, use === 'reads' && read ? reading(store, method, read) : writing(store, method)];
    });
    return [store, Object.fromEntries(entries)];
  });
  return Object.fromEntries(joined) as ConnectedStores;
};
