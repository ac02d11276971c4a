import { stringify } from 'yaml';
import { demoConfig, usualPorts } from './config.ts';
import { loadSimulator } from './load-simulator.ts';
import { originsAt, portsFrom } from './simulator-ports.ts';

/** What the demo runs with at its usual ports, as YAML. Errors: simulator_missing. */
export const demoYaml = async (): Promise<string> => {
  const { defaultFixtures } = await loadSimulator(() => import('@kinpass/simulator'));
  const settings = demoConfig({
    fixtures: defaultFixtures,
    origins: originsAt(portsFrom(usualPorts.simulator)),
    publicOrigin: `http://localhost:${usualPorts.public}`,
    publicPort: usualPorts.public,
    adminPort: usualPorts.admin,
  });
  return stringify(settings, { lineWidth: 0 });
};
