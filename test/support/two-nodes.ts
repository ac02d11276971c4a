import { createDevice, demoDevices } from '@kinpass/simulator/client';
import { onTestFinished } from 'vitest';
import { openListeners, runGateway } from '#src/cli/gateway-servers';
import { parseConfig } from '#src/config/load';
import type { ConfigInput } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { temporarySchema } from './postgres.ts';
import { startGateway, type TestWorld } from './start-gateway.ts';

/** Another gateway with the same settings, on ports of its own; its origin. */
const startSecondNode = async (t: TestWorld): Promise<string> => {
  const config = parseConfig({
    ...t.settings,
    public: { port: 0 },
    admin: { port: 0 },
  });
  const listeners = await openListeners(config);
  const running = await runGateway(config, listeners, {});
  onTestFinished(() => running.close());
  return `http://localhost:${listeners.public.port}`;
};

/** Two gateways with one PostgreSQL database; a TV may call either, as often as a test must to see what has changed. */
export const startTwoNodes = async (settings: Partial<ConfigInput> = {}) => {
  const { url, schema, tls } = temporarySchema();
  const t = await startGateway({
    settings: {
      ...settings,
      store: { kind: 'postgres', url, schema, tls },
    },
  });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const second = await startSecondNode(t);
  const deviceAt = (
    gateway: string,
    name: keyof typeof demoDevices,
    other: { readonly address?: string } = {},
  ) =>
    createDevice({
      gateway,
      app: t.device(name).app,
      device: { ...demoDevices[name], ...other },
      clock: systemClock,
      ids: systemIds,
    });
  return { t, second, deviceAt, tvAt: (gateway: string) => deviceAt(gateway, 'tv') };
};
