import { defineCommand } from '../command.ts';
import { loadSimulator } from '../demo/load-simulator.ts';

export const command = defineCommand({
  summary: 'Run the simulated Adobe Pass, MVPDs and identity providers',
  options: {
    port: { type: 'string', value: 'n', help: 'first of the six ports (default: 9090)' },
    fixtures: {
      type: 'string',
      value: 'file',
      help: 'YAML file of the world: brands, MVPDs, channels, subscribers',
    },
    seed: { type: 'string', value: 'text', help: 'make generated ids, codes and tokens reproducible' },
    state: { type: 'string', value: 'file', help: 'file to keep the world in (default: in memory)' },
    scenario: { type: 'string', value: 'name', help: 'scenario to run at start-up (name or file)' },
    gateway: {
      type: 'string',
      value: 'origin',
      help: 'public origin of the gateway (default: http://localhost:8080)',
    },
    'service-token-jwks': {
      type: 'string',
      value: 'file',
      help: 'public keys of trusted service tokens',
    },
    'no-throttle': { type: 'boolean', help: 'no rate limit per device' },
  },
  async run(values) {
    const { runWorld } = await loadSimulator(() => import('@kinpass/simulator/cli'));
    await runWorld(values);
  },
});
