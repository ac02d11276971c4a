import { readFile } from 'node:fs/promises';
import { fail } from '#src/lib/errors';
import { startSimulator } from '#src/simulator/simulator';
import type { Values } from '../arguments.ts';
import { untilStopped } from '../lifetime.ts';
import { originOption, portOption } from '../options.ts';
import { portsFrom } from '../simulator-ports.ts';
import { print } from '../terminal.ts';

export const run = async (values: Values): Promise<void> => {
  const trusted = await publicKeys(values['service-token-jwks']);
  const stopped = untilStopped();
  const simulator = await startSimulator({
    host: '127.0.0.1',
    ports: portsFrom(portOption(values, 'port', 9090)),
    gatewayOrigin: originOption(values, 'gateway', 'http://localhost:8080'),
    stateFile: '.data/simulator.json',
  });
  for (const key of trusted) simulator.trustServiceTokenKey(key);
  for (const [party, origin] of Object.entries(simulator.origins)) print(`${party.padEnd(9)} ${origin}`);
  print(`control   ${simulator.origins.adobe}/_control/fixtures`);
  await stopped;
  await simulator.close();
};

type Key = Parameters<Awaited<ReturnType<typeof startSimulator>>['trustServiceTokenKey']>[0];

const publicKeys = async (file: Values[string]): Promise<readonly Key[]> => {
  if (typeof file !== 'string') return [];
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { keys: Key[] }).keys;
  } catch (cause) {
    throw fail('config_invalid', { field: '--service-token-jwks', hint: `${file} is no JWK set.`, cause });
  }
};
