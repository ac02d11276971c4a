import type { RequestListener } from 'node:http';

/** What a gateway is to its listeners. */
interface Servable {
  readonly app: { callback(): RequestListener };
  readonly admin: { callback(): RequestListener };
  retire(): void;
  close(): Promise<void>;
}

interface Serving<Gateway> {
  readonly gateway: Gateway;
  readonly public: RequestListener;
  readonly admin: RequestListener;
  openRequests: number;
}

const serving = <Gateway extends Servable>(gateway: Gateway): Serving<Gateway> => ({
  gateway,
  public: gateway.app.callback(),
  admin: gateway.admin.callback(),
  openRequests: 0,
});

/**
 * Replaces the gateway while requests are running: each finishes on the gateway that it started on. A gateway retires
 * when it and all its predecessors have no open requests, since successive gateways share connections to Adobe.
 */
export const createGracefulReload = <Gateway extends Servable>(first: Gateway) => {
  let current = serving(first);
  const previous: Serving<Gateway>[] = [];

  const retireIdle = (): void => {
    while (previous[0]?.openRequests === 0) previous.shift()?.gateway.retire();
  };

  return {
    get gateway(): Gateway {
      return current.gateway;
    },
    /** New requests go to the successor. */
    replace(successor: Gateway): void {
      previous.push(current);
      current = serving(successor);
      retireIdle();
    },
    handler:
      (listener: 'public' | 'admin'): RequestListener =>
      (request, response) => {
        const chosen = current;
        chosen.openRequests += 1;
        response.once('close', () => {
          chosen.openRequests -= 1;
          retireIdle();
        });
        chosen[listener](request, response);
      },
    async close(): Promise<void> {
      for (const { gateway } of previous.splice(0)) gateway.retire();
      await current.gateway.close();
    },
  };
};
