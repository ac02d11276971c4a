import { request } from '@kinpass/simulator/client';
import { openListeners, runGateway } from '#src/cli/gateway-servers';
import { parseConfig } from '#src/config/load';
import { eventually } from '../support/eventually.ts';
import type { TestWorld } from '../support/start-gateway.ts';

export interface SecondNode extends AsyncDisposable {
  /** Where it listens; its public origin is that of the first one. */
  readonly address: string;
  readonly adminOrigin: string;
}

/** Another node of the gateway, with the same settings on ports of its own. */
export const startSecondNode = async ({ settings }: TestWorld): Promise<SecondNode> => {
  const config = parseConfig({
    ...settings,
    public: { host: '127.0.0.1', port: 0 },
    admin: { ...(settings['admin'] as object), port: 0 },
  });
  const listeners = await openListeners(config);
  const { close } = await runGateway(config, listeners);
  return {
    address: `http://127.0.0.1:${listeners.public.port}`,
    adminOrigin: `http://127.0.0.1:${listeners.admin.port}`,
    [Symbol.asyncDispose]: close,
  };
};

/** All nodes say this of the state that they share, and have counted each other, which they do once a second. */
export const sharedIs = (
  state: 'up' | 'away',
  token: string,
  adminOrigins: readonly string[],
): Promise<void> =>
  eventually(async () => {
    for (const origin of adminOrigins) {
      const { status, body } = await request({
        url: `${origin}/readyz`,
        headers: { authorization: `Bearer ${token}` },
      });
      const shared = body['shared'] as { state: string; nodes: number };
      if (status !== 200 || shared.state !== state || shared.nodes !== adminOrigins.length)
        throw new Error(`${origin} says ${status} ${JSON.stringify(body['shared'])}`);
    }
  });
