/**
 * The composition root: everything is built here, once, and passed what it needs. It owns the wiring. It must not
 * listen, read the environment or decide anything.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { warnings } from '#src/config/checks/warnings';
import { pathText } from '#src/config/faults/fault';
import type { Config } from '#src/config/schema';
import type { KeyRing } from '#src/signing-keys/ports';
import { type Sweeping, startSweeping } from '#src/stores/sweeping';
import { composeAdmin } from './gateway/admin.ts';
import { isSame, type Predecessor } from './gateway/adobe.ts';
import { openServices } from './gateway/open-services.ts';
import { composePublic } from './gateway/public.ts';
import { createReport, type Report } from './gateway/report.ts';
import { type Overrides, openRuntime, type ReloadState, type Runtime } from './gateway/runtime.ts';
import { unregisteredHost } from './gateway/unregistered-host.ts';

export type { Overrides } from './gateway/runtime.ts';

/** What a listener needs of a Koa application: `createServer(app.callback())`. */
interface Application {
  callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface Gateway {
  /** The public listener's application. */
  readonly app: Application;
  /** The operators' application. */
  readonly admin: Application;
  /** How the last reload of the settings ended, for readiness: written by whoever reloads them. */
  readonly reloadState: ReloadState;
  /** Records what is done by the gateway itself, such as a reload of its settings. Errors: audit_unavailable. */
  readonly recordAction: Runtime['recordAction'];
  /** The keys of service tokens: which one signs, and what Adobe is given. */
  readonly keyRing: KeyRing;
  /**
   * The gateway with other settings, on the same stores, keys, log and metrics; this one keeps serving until it is
   * retired. Listeners, store, keys directory and log stay as they were opened. Errors: as `createGateway`.
   */
  recompose(config: Config): Promise<Gateway>;
  /** The same in two steps, so that several processes use other settings together or not at all. */
  compose(config: Config): Promise<Successor>;
  /** How it ends without failing anybody. */
  readonly shutdown: {
    /** Not ready from now on; everything is served as before. */
    announce(): void;
    /** Whoever waits for a profile gets what is known now, and asks elsewhere. */
    handOver(): void;
  };
  /** What a primary is told of this process. */
  readonly report: Report;
  /** Releases what its successor does not use. Call it once no request is running here. */
  retire(): void;
  /** Closes the gateway and what it shares with its predecessors. */
  close(): Promise<void>;
}

/** A gateway that nobody uses yet. */
export interface Successor {
  /** Its settings apply from now on. */
  takeEffect(): Gateway;
  /** Its predecessor stays in use. */
  discard(): void;
}

/** Errors: config_invalid, keys_invalid, store_invalid, subjects_changed. */
export const createGateway = async (config: Config, overrides: Overrides = {}): Promise<Gateway> => {
  const runtime = await openRuntime(config, overrides);
  const begin = async () => (await composeGateway(config, runtime)).takeEffect();
  return (runtime.isWorker ? begin() : start(config, runtime, begin)).catch(async (error: unknown) => {
    runtime.keyRing.close();
    runtime.endings.close();
    await runtime.shared?.close();
    if (!overrides.stores) await runtime.stores.close();
    throw error;
  });
};

/** A start that fails is recorded too. */
const start = (config: Config, runtime: Runtime, begin: () => Promise<Gateway>): Promise<Gateway> =>
  runtime.recordAction(
    {
      action: 'gateway.start',
      target: { kind: 'gateway', id: config.publicOrigin },
      reason: '',
      details: { production: config.production },
    },
    begin,
    ({ keyRing }) => ({ details: { signingKey: keyRing.signing()?.kid ?? 'none' } }),
  );

const composeGateway = async (
  config: Config,
  runtime: Runtime,
  predecessor?: Predecessor,
): Promise<Successor> => {
  const { log, reloadState, keyRing, stores, endings, recordAction } = runtime;
  const services = await openServices(config, runtime, predecessor);
  const { adobe } = services;
  let adobeStaysInUse = false;
  const app = await composePublic(services);
  const admin = composeAdmin(services);
  let sweeping: Sweeping | undefined;
  const compose = async (next: Config): Promise<Successor> => {
    const successor = await composeGateway(next, runtime, { config, adobe });
    return {
      ...successor,
      takeEffect: () => {
        adobeStaysInUse = isSame(next, config);
        return successor.takeEffect();
      },
    };
  };
  const gateway: Gateway = {
    app,
    admin,
    reloadState,
    keyRing,
    recordAction,
    shutdown: {
      announce: () => {
        runtime.shutdown.isAnnounced = true;
      },
      handOver: endings.waiters.handOver,
    },
    report: createReport(runtime),
    compose,
    recompose: async (next) => (await compose(next)).takeEffect(),
    retire: () => {
      void sweeping?.stop();
      if (!adobeStaysInUse) adobe.close();
    },
    close: async () => {
      await sweeping?.stop();
      await runtime.traces.close();
      keyRing.close();
      endings.close();
      adobe.close();
      await runtime.shared?.close();
      await stores.close();
    },
  };
  return {
    takeEffect: () => {
      endings.apply(services);
      runtime.inUse.adobe = adobe;
      runtime.providerHealth.apply(config.identityProviders);
      if (!runtime.isWorker) {
        for (const { path, message } of [...warnings(config), ...unregisteredHost(config)])
          log.warn({ setting: pathText(path) }, message);
        sweeping = sweep(config, runtime);
      }
      return gateway;
    },
    discard: () => {
      if (adobe !== predecessor?.adobe) adobe.close();
    },
  };
};

const sweep = (config: Config, runtime: Runtime): Sweeping =>
  startSweeping({
    ...runtime,
    ...config.sweep,
    swept: () => {
      runtime.sweeps.lastRun = runtime.clock.now();
    },
  });
