import { setImmediate } from 'node:timers/promises';
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
  let isClosed = false;

  return {
    dispatch: (request, handler) => {
      let used: Client | undefined;
      let isCut = false;
      const send = (client: Client): void => {
        const isRefused = client.dispatch(request, handler);
        if (isRefused) pool.giveBack(client);
      };
      const start = (client: Client): void => {
        used = client;
        if (client.stats.connected) void untilHeard().then(() => sendUnlessClosed(client));
        else send(client);
      };
      const sendUnlessClosed = (client: Client): void => {
        if (isCut) return;
        if (isClosed || pool.isOpen(client)) {
          send(client);
          return;
        }
        used = undefined;
        waiting.add(start);
        serveNext();
      };
      waiting.add(start);
      serveNext();
      return {
        release: () => {
          if (used) pool.giveBack(used);
        },
        cut: () => {
          isCut = true;
          waiting.delete(start);
          if (used) pool.destroy(used);
        },
      };
    },
    close: () => {
      isClosed = true;
      waiting.clear();
      pool.close();
    },
  };
};

/**
 * Resolves when this process has read what had arrived before: the close of a connection that was kept, too. The first turn of the
 * loop may end without reading again. What is sent on a connection that is closed may have arrived before it was, and is not
 * repeated where that is not safe.
 */
const untilHeard = async (): Promise<void> => {
  await setImmediate();
  await setImmediate();
};
