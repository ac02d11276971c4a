import type { Config } from '#src/config/schema';
import { createGateway, type Gateway } from '#src/gateway';
import { createTrustedProxies, peerAddress } from '#src/http/trusted-proxies';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { createGracefulReload } from './graceful-reload.ts';
import { type Address, type Listener, listenAll } from './listen.ts';
import { answerWhileStarting } from './starting.ts';

export interface Listeners {
  readonly public: Listener;
  readonly admin: Listener;
  /** Resolves to how many requests were cut. */
  close(grace?: number): Promise<number>;
}

/** Milliseconds: enough for a packet to be sent again. */
const proxyHeaderTimeout = 5_000;

type Listening = Pick<Config, 'public' | 'admin' | 'trustedProxies'>;

export const publicAddress = ({
  public: { host, port, keepAlive, clientAddress },
  trustedProxies,
}: Omit<Listening, 'admin'>): Address => {
  const proxies = createTrustedProxies(trustedProxies);
  const proxyProtocol = {
    isProxy: (address: string) => proxies.includes(peerAddress(address)),
    headerTimeout: proxyHeaderTimeout,
  };
  return {
    host,
    port,
    keepAlive,
    setting: 'public.port (KINPASS_PUBLIC_PORT)',
    ...(clientAddress.from === 'proxyProtocol' && { proxyProtocol }),
  };
};

/** What the gateway listens on, with the settings that change it. */
export const addressesOf = (config: Listening): readonly [Address, Address] => [
  publicAddress(config),
  { ...config.admin, setting: 'admin.port (KINPASS_ADMIN_PORT)' },
];

/** Opens both ports or none. Errors: port_taken, config_invalid. */
export const openListeners = async (config: Listening): Promise<Listeners> => {
  const [open, admin] = await listenAll(addressesOf(config));
  // Readiness stays available while the public listener drains.
  const close = async (grace?: number): Promise<number> => {
    const cut = await open.close(grace);
    await admin.close();
    return cut;
  };
  return { public: open, admin, close };
};

export interface RunningGateway {
  /** The gateway that currently serves. */
  readonly gateway: Gateway;
  /** How the last reload ended. */
  readonly reloadState: Gateway['reloadState'];
  /** Records an action of the gateway itself. */
  readonly recordAction: Gateway['recordAction'];
  /**
   * Serves new requests with another configuration, on the same listeners, stores and keys. Nothing changes when it
   * fails. Errors: as `createGateway`.
   */
  applyConfig(config: Config): Promise<void>;
  /** Reads the keys again. Errors: keys_invalid. */
  reloadKeys(): Promise<void>;
  /**
   * Graceful shutdown: not ready from now on, it serves on for `shutdown.delay` if it is `delayed`, then hands over who
   * waits, accepts no new connections, lets running requests finish and closes the stores.
   */
  close(shutdown?: { readonly delayed: boolean }): Promise<void>;
}

export const runGateway = async (
  config: Config,
  listeners: Listeners,
  overrides?: Parameters<typeof createGateway>[1],
): Promise<RunningGateway> => {
  let admin = answerWhileStarting;
  listeners.admin.serve((request, response) => admin(request, response));
  const reload = createGracefulReload(await createGateway(config, overrides));
  const { log = createLog(config.log.level), clock = systemClock } = overrides ?? {};
  let { shutdown } = config;
  listeners.public.serve(reload.handler('public'));
  admin = reload.handler('admin');
  return {
    get gateway() {
      return reload.gateway;
    },
    reloadState: reload.gateway.reloadState,
    recordAction: reload.gateway.recordAction,
    async applyConfig(next) {
      reload.replace(await reload.gateway.recompose(next));
      shutdown = next.shutdown;
    },
    reloadKeys: () => reload.gateway.keyRing.reload(),
    async close({ delayed } = { delayed: false }) {
      reload.gateway.shutdown.announce();
      listeners.public.drain();
      if (delayed) await clock.wait(shutdown.delay);
      reload.gateway.shutdown.handOver();
      const cut = await listeners.close(shutdown.grace);
      if (cut > 0) log.warn({ requests: cut }, 'requests were cut: they took longer than shutdown.grace');
      await reload.close();
    },
  };
};
