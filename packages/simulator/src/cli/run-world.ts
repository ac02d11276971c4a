/**
 * The simulator as a command: its flags, and a world that runs until the process is told to stop. This folder owns
 * the process (arguments, terminal, signals) and must not know how any party behaves.
 */
import { readFile } from 'node:fs/promises';
import { fail } from '#src/lib/errors';
import type { SimulatorOptions } from '#src/options';
import { type Simulator, startSimulator } from '#src/simulator';
import { print } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

/** Flags as they were typed, without their dashes. */
export interface WorldFlags {
  /** First of six ports in a row (9090); 0 takes any free ones. */
  readonly port?: string | undefined;
  /** The world file, YAML or JSON. */
  readonly fixtures?: string | undefined;
  readonly seed?: string | undefined;
  /** Where the world is kept; in memory unless given. */
  readonly state?: string | undefined;
  /** A scenario to run from the start, by name or file. */
  readonly scenario?: string | undefined;
  /** Origin of the gateway (http://localhost:8080). */
  readonly gateway?: string | undefined;
  /** A JWK set whose keys Adobe accepts for service tokens. */
  readonly 'service-token-jwks'?: string | undefined;
  /** Adobe's rate limit does not apply. */
  readonly 'no-throttle'?: boolean | undefined;
}

/** Runs a world until SIGINT or SIGTERM. Errors: config_invalid, port_taken, store_invalid. */
export const runWorld = async (flags: WorldFlags): Promise<void> => {
  const trusted = await publicKeys(flags['service-token-jwks']);
  const options = optionsOf(flags);
  const stopped = untilStopped();
  const simulator = await startSimulator(options);
  try {
    for (const key of trusted) simulator.trustServiceTokenKey(key);
    const { scenario } = flags;
    const running = scenario === undefined ? null : await simulator.control.scenarios.start(scenario);
    for (const line of whatRuns(simulator)) print(line);
    if (running) print(`scenario  ${running.name}: ${running.title}`);
    await stopped;
  } finally {
    await simulator.close();
  }
};

const optionsOf = ({
  port = '9090',
  gateway = 'http://localhost:8080',
  ...flags
}: WorldFlags): SimulatorOptions => ({
  ports: portOf(port),
  gatewayOrigin: originOf(gateway),
  ...(flags.fixtures !== undefined && { world: flags.fixtures }),
  ...(flags.seed !== undefined && { seed: flags.seed }),
  ...(flags.state !== undefined && { stateFile: flags.state }),
  ...(flags['no-throttle'] === true && { switches: { throttle: 'off' } }),
});

const portOf = (text: string): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw fail('config_invalid', { field: '--port', hint: `"${text}" is not a port (0 to 65535).` });
};

const originOf = (text: string): string => {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text).origin;
  const hint = `"${text}" is not an origin such as http://localhost:8080.`;
  throw fail('config_invalid', { field: '--gateway', hint });
};

const whatRuns = ({ origins }: Simulator): string[] => [
  ...Object.entries(origins).map(([party, origin]) => `${party.padEnd(9)} ${origin}`),
  `world     ${origins.adobe}/   (who is signed in where, and recent calls)`,
  `control   ${origins.adobe}/_control`,
];

type Key = Parameters<Simulator['trustServiceTokenKey']>[0];

const publicKeys = async (file: string | undefined): Promise<readonly Key[]> => {
  if (file === undefined) return [];
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { keys: Key[] }).keys;
  } catch (cause) {
    const hint = `${file} is not a JWK set.`;
    throw fail('config_invalid', { field: '--service-token-jwks', hint, cause });
  }
};
