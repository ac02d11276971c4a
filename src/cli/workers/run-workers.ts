import type { Config } from '#src/config/schema';
import { createGateway } from '#src/gateway';
import { systemClock } from '#src/lib/clock';
import type { Log } from '#src/observability/logger';
import { createPrimaryState } from '#src/soft-state/workers/primary-state';
import { addressesOf, type RunningGateway } from '../gateway-servers.ts';
import { createGracefulReload } from '../graceful-reload.ts';
import { type Listener, listenAll } from '../listen.ts';
import { answerWhileStarting } from '../starting.ts';
import { createFleet } from './fleet.ts';

interface Options {
  readonly workers: number;
  readonly log: Log;
  /** A worker cannot be replaced: the gateway is to end. */
  failed(error: unknown): void;
}

/** Opens both ports, or none: workers take over the public one. Errors: port_taken, config_invalid. */
const openPorts = async (config: Config): Promise<{ readonly port: number; readonly admin: Listener }> => {
  const [open, admin] = await listenAll(addressesOf(config));
  await open.close(0);
  return { port: open.port, admin };
};

/**
 * The primary of several processes that serve the public listener. It serves operators, sweeps, and keeps what the workers
 * share. Errors: as `openListeners` and `createGateway`; worker_failed.
 */
export const runWorkers = async (
  config: Config,
  { workers, log, failed }: Options,
): Promise<RunningGateway & { readonly publicPort: number }> => {
  const { port, admin } = await openPorts(config);
  let handler = answerWhileStarting;
  admin.serve((request, response) => handler(request, response));
  const state = createPrimaryState({ workers, clock: systemClock });
  const fleet = createFleet({ workers, port, state, log, clock: systemClock, failed });
  const { softState } = state;
  const reload = createGracefulReload(await createGateway(config, { log, softState, workers: fleet }));
  await fleet.start(config);
  handler = reload.handler('admin');
  const { reloadState, recordAction } = reload.gateway;
  let { shutdown } = config;
  return {
    publicPort: port,
    get gateway() {
      return reload.gateway;
    },
    reloadState,
    recordAction,
    async applyConfig(next) {
      const successor = await reload.gateway.compose(next);
      await fleet
        .apply(next, () => reload.replace(successor.takeEffect()))
        .catch((error: unknown) => {
          successor.discard();
          throw error;
        });
      shutdown = next.shutdown;
    },
    async reloadKeys() {
      fleet.reloadKeys();
      await reload.gateway.keyRing.reload();
    },
    async close({ delayed } = { delayed: false }) {
      reload.gateway.shutdown.announce();
      fleet.drain();
      if (delayed) await systemClock.wait(shutdown.delay);
      await fleet.stop(shutdown.grace);
      await admin.close();
      state.close();
      await reload.close();
    },
  };
};
