import { applyEnvironment } from '#src/config/environment';
import { parseConfig } from '#src/config/load';
import type { Values } from '../arguments.ts';
import { demoConfig } from '../demo-config.ts';
import { untilStopped } from '../lifetime.ts';
import { portOption } from '../numbers.ts';
import { print } from '../terminal.ts';
import { portsFrom, startWorld } from '../world.ts';

export const run = async (values: Values): Promise<void> => {
  const stopped = untilStopped();
  const world = await startWorld({
    configure: (places) => {
      const input = demoConfig(places);
      return parseConfig(input, applyEnvironment(input, process.env));
    },
    publicPort: portOption(values, 'port', 8080),
    adminPort: portOption(values, 'admin-port', 8081),
    simulatorPorts: portsFrom(portOption(values, 'simulator-port', 9090)),
    stateFile: '.data/simulator.json',
  });
  print(`gateway ${world.origin}`);
  await stopped;
  await world.close();
};
