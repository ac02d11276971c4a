import type { Config } from '#src/config/schema';
import { createGateway, type Gateway } from '#src/gateway';
import { createGenerations } from './generations.ts';
import { type Listener, listen } from './listen.ts';

export interface Listeners {
  readonly public: Listener;
  readonly admin: Listener;
  close(): Promise<void>;
}

/** Opens both ports, or none. Errors: port_taken. */
export const openListeners = async (config: Pick<Config, 'public' | 'admin'>): Promise<Listeners> => {
  const open = await listen({ ...config.public, setting: 'public.port (KINPASS_PUBLIC_PORT)' });
  try {
    const admin = await listen({ ...config.admin, setting: 'admin.port (KINPASS_ADMIN_PORT)' });
    // Whoever watches the drain asks the admin listener, so it ends last.
    return { public: open, admin, close: () => open.close().then(() => admin.close()) };
  } catch (error) {
    await open.close(0);
    throw error;
  }
};

export interface RunningGateway {
  /** The one that serves now. */
  readonly gateway: Gateway;
  /** What readiness tells beside its checks. */
  readonly notices: Gateway['notices'];
  /**
   * Serves by other settings from now on, on the same listeners, stores and keys; what runs finishes as it began. When
   * it fails nothing has changed. Errors: as `createGateway`.
   */
  take(config: Config): Promise<void>;
  /** Drains: no new connections, what runs finishes, then the stores close. */
  close(): Promise<void>;
}

export const runGateway = async (
  config: Config,
  listeners: Listeners,
  overrides?: Parameters<typeof createGateway>[1],
): Promise<RunningGateway> => {
  const generations = createGenerations(await createGateway(config, overrides));
  listeners.public.serve(generations.handler('public'));
  listeners.admin.serve(generations.handler('admin'));
  return {
    get gateway() {
      return generations.gateway;
    },
    notices: generations.gateway.notices,
    async take(next) {
      generations.replace(await generations.gateway.recompose(next));
    },
    async close() {
      await listeners.close();
      await generations.close();
    },
  };
};
