import type { RequestListener } from 'node:http';
import type { Gateway } from '#src/gateway';

interface Generation {
  readonly gateway: Gateway;
  readonly public: RequestListener;
  readonly admin: RequestListener;
  running: number;
}

type Name = 'public' | 'admin';

/**
 * The gateway that serves now and those before it that still have requests. A request ends where it began; a gateway
 * is retired when it and all before it are done, since neighbours share what they talk to Adobe with.
 */
export const createGenerations = (first: Gateway) => {
  const begin = (gateway: Gateway): Generation => ({
    gateway,
    public: gateway.app.callback(),
    admin: gateway.admin.callback(),
    running: 0,
  });
  let current = begin(first);
  const older: Generation[] = [];

  const retireDone = (): void => {
    while (older[0]?.running === 0) older.shift()?.gateway.retire();
  };

  return {
    get gateway(): Gateway {
      return current.gateway;
    },
    /** Whatever comes from now on goes to the successor. */
    replace(successor: Gateway): void {
      older.push(current);
      current = begin(successor);
      retireDone();
    },
    handler:
      (name: Name): RequestListener =>
      (request, response) => {
        const generation = current;
        generation.running += 1;
        response.once('close', () => {
          generation.running -= 1;
          retireDone();
        });
        generation[name](request, response);
      },
    async close(): Promise<void> {
      for (const { gateway } of older.splice(0)) gateway.retire();
      await current.gateway.close();
    },
  };
};
