import { readFile } from 'node:fs/promises';
import { type Simulator, type SimulatorOptions, startSimulator } from '@kinpass/simulator/simulator';
import { fail } from '#src/lib/errors';
import type { Values } from '../arguments.ts';
import { untilStopped } from '../lifetime.ts';
import { originOption, portOption } from '../options.ts';
import { portsFrom } from '../simulator-ports.ts';
import { print } from '../terminal.ts';

export const run = async (values: Values): Promise<void> => {
  const trusted = await publicKeys(values['service-token-jwks']);
  const stopped = untilStopped();
  const simulator = await startSimulator(optionsOf(values));
  try {
    for (const key of trusted) simulator.trustServiceTokenKey(key);
    const { scenario } = values;
    const running = typeof scenario === 'string' ? await simulator.control.scenarios.start(scenario) : null;
    for (const line of whatRuns(simulator)) print(line);
    if (running) print(`scenario  ${running.name}: ${running.title}`);
    await stopped;
  } finally {
    await simulator.close();
  }
};

const optionsOf = (values: Values): SimulatorOptions => {
  const { fixtures, seed, state } = values;
  return {
    ports: portsFrom(portOption(values, 'port', 9090)),
    gatewayOrigin: originOption(values, 'gateway', 'http://localhost:8080'),
    ...(typeof fixtures === 'string' && { world: fixtures }),
    ...(typeof seed === 'string' && { seed }),
    ...(typeof state === 'string' && { stateFile: state }),
  };
};

const whatRuns = ({ origins }: Simulator): string[] => [
  ...Object.entries(origins).map(([party, origin]) => `${party.padEnd(9)} ${origin}`),
  `world     ${origins.adobe}/   (who is signed in where, and what happens)`,
  `control   ${origins.adobe}/_control`,
];

type Key = Parameters<Simulator['trustServiceTokenKey']>[0];

const publicKeys = async (file: Values[string]): Promise<readonly Key[]> => {
  if (typeof file !== 'string') return [];
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { keys: Key[] }).keys;
  } catch (cause) {
    throw fail('config_invalid', { field: '--service-token-jwks', hint: `${file} is no JWK set.`, cause });
  }
};
