import type { Client, Dispatcher } from 'undici';
import { createPool, type PoolSettings } from './pool.ts';

export interface Connections {
  /** Sends a request on an idle connection, or a new one, or in its turn once there may be one. */
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): Hold;
  close(): void;
}

/** A request's hold on its connection, which a failure ends by itself. */
export interface Hold {
  /** The answer is complete: others may use the connection. */
  release(): void;
  /** Gives the request up, wherever it is, and its connection with it. */
  cut(): void;
}

/** One request after another on each connection of a pool. */
export const createConnections = (settings: PoolSettings): Connections => {
  /** Requests without a connection, in their order. */
  const waiting = new Set<(client: Client) => void>();

  const serveNext = (): void => {
    const [start] = waiting;
    const client = start && pool.take();
    if (!client) return;
    waiting.delete(start);
    start(client);
  };
  const pool = createPool(settings, serveNext);

  return {
    dispatch: (request, handler) => {
      let used: Client | undefined;
      const start = (client: Client): void => {
        used = client;
        const isRefused = client.dispatch(request, handler);
        if (isRefused) pool.giveBack(client);
      };
      waiting.add(start);
      serveNext();
      return {
        release: () => {
          if (used) pool.giveBack(used);
        },
        cut: () => {
          waiting.delete(start);
          if (used) pool.destroy(used);
        },
      };
    },
    close: () => {
      waiting.clear();
      pool.close();
    },
  };
};
