import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { WorldFlags } from './run-world.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const options = {
  port: text,
  fixtures: text,
  seed: text,
  state: text,
  scenario: text,
  gateway: text,
  'service-token-jwks': text,
  'no-throttle': flag,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;

const help = `Usage: kinpass-simulator [options]
Runs a simulated Adobe Pass, TV providers and identity providers on this machine.

      --port <n>                  first of six listeners (9090); 0 takes any free ports
      --fixtures <file>           world file, YAML: brands, MVPDs, channels, subscribers
      --seed <text>               make generated ids, codes and tokens reproducible
      --state <file>              keep the world in this file (default: in memory)
      --scenario <name>           scenario to run at start-up (name or file)
      --gateway <origin>          origin of the OAuth client (http://localhost:8080)
      --service-token-jwks <file> public keys of service tokens to accept
      --no-throttle               no rate limit per device
  -h, --help                      show this help
  -v, --version                   show the version`;

/** The package's own file is as far above the sources as above what is built from them. */
const version = (): string => {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
};

/** What to run with, or a text to print instead. Throws a TypeError for flags that do not exist. */
export const readArguments = (args: readonly string[]): WorldFlags | string => {
  const { values } = parseArgs({ args: [...args], options, strict: true });
  if (values.help) return help;
  return values.version ? version() : values;
};
