import type { Values } from '../arguments.ts';
import { loadSimulator } from '../load-simulator.ts';

export const run = async (values: Values): Promise<void> => {
  const { runWorld } = await loadSimulator(() => import('@kinpass/simulator/cli'));
  const flag = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  await runWorld({
    port: flag('port'),
    fixtures: flag('fixtures'),
    seed: flag('seed'),
    state: flag('state'),
    scenario: flag('scenario'),
    gateway: flag('gateway'),
    'service-token-jwks': flag('service-token-jwks'),
  });
};
