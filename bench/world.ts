import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findBinaries, type OwnPostgres, startPostgres } from '../test/support/start-postgres.ts';
import type { Kinpass } from './contenders/kinpass.ts';
import { isNginxInstalled, startNginx } from './contenders/nginx.ts';
import { type Server, startContender } from './contenders/process.ts';
import { type Gateways, startGateways } from './gateways.ts';
import type { Order } from './load/generator.ts';
import type { Outcome } from './load/outcome.ts';
import { nextMessage } from './next-message.ts';
import type { Seen } from './parties/adobe.ts';
import { fewAccounts, type Peer, peers, type Row, type Target } from './rows/row.ts';

export type Who = 'kinpass' | Peer;

/** Everything that the rows need, each in a process of its own. */
export interface World {
  /** Kinpass of this clone. */
  readonly gateways: Gateways;
  /** Kinpass first; without peers that are not there. */
  contendersOf(row: Row): readonly Who[];
  serverOf(row: Row, who: Who): Server;
  /** Runs a row for so many milliseconds. Errors: an Error if it could not be prepared. */
  load(row: Row, who: Who, ms: number): Promise<Outcome>;
  /** What the simulated Adobe has seen since it was asked last. */
  seen(): Promise<Seen>;
  stop(): Promise<void>;
}

interface Options {
  readonly rows: readonly Row[];
  /** Another clone, to be compared with this one. */
  readonly before: string | undefined;
  readonly plant: number;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const startWorld = async ({ rows, before, plant }: Options): Promise<World> => {
  const generator = fork(here('load/generator.ts'));
  const adobeProcess = fork(here('parties/adobe.ts'));
  const adobe = await nextMessage<string>(adobeProcess);
  const gateways = await startGateways({ rows, clone: here('..'), adobe, plant });
  const earlier =
    before === undefined ? undefined : await startGateways({ rows, clone: before, adobe, plant: 0 });
  const database = await startDatabase(rows);
  const stored = rows.filter(isOnPostgres);
  const onPostgres =
    database &&
    (await startGateways({ rows: stored, clone: here('..'), adobe, plant, postgres: database.url }));
  const servers = await startPeers(rows, adobe);

  const gatewayOf = (row: Row, who: Who): Kinpass | undefined => {
    if (who === 'kinpass') return gateways.for(row);
    if (who === 'before') return earlier?.for(row);
    return who === 'postgres' ? onPostgres?.for(row) : undefined;
  };
  const serverOf = (row: Row, who: Who): Server => {
    const server = gatewayOf(row, who) ?? servers.get(who);
    if (!server) throw new Error(`${who} was not started`);
    return server;
  };
  const orderOf = (row: Row, who: Who, ms: number): Order => {
    const gateway = gatewayOf(row, who);
    const peer: Target = { origin: serverOf(row, who).origin, accounts: fewAccounts, folder: '' };
    return { row: row.name, who: gateway ? 'kinpass' : 'peer', target: gateway?.target ?? peer, ms };
  };

  return {
    gateways,
    contendersOf: (row) => [
      'kinpass',
      ...(earlier ? (['before'] as const) : []),
      ...row.peers.filter((peer) => servers.has(peer) || (peer === 'postgres' && onPostgres)),
    ],
    serverOf,
    load: async (row, who, ms) => {
      generator.send(orderOf(row, who, ms));
      const outcome = await nextMessage<Outcome | { failed: string }>(generator);
      if ('failed' in outcome) throw new Error(`${row.name}, ${who}: ${outcome.failed}`);
      return outcome;
    },
    seen: () => {
      adobeProcess.send('seen');
      return nextMessage<Seen>(adobeProcess);
    },
    stop: async () => {
      generator.kill();
      for (const server of [...servers.values(), gateways, earlier, onPostgres, database])
        await server?.stop();
      adobeProcess.kill();
    },
  };
};

const isOnPostgres = ({ peers }: Row): boolean => peers.includes('postgres');

/** Where PostgreSQL is installed. */
const startDatabase = async (rows: readonly Row[]): Promise<OwnPostgres | undefined> => {
  const binaries = rows.some(isOnPostgres) ? await findBinaries() : undefined;
  return binaries === undefined ? undefined : startPostgres(binaries);
};

const startPeers = async (rows: readonly Row[], adobe: string): Promise<ReadonlyMap<Who, Server>> => {
  const servers = new Map<Who, Server>();
  for (const peer of peers) {
    if (peer === 'postgres' || !rows.some((row) => row.peers.includes(peer))) continue;
    if (peer !== 'nginx') servers.set(peer, await startContender(peer, adobe));
    else if (isNginxInstalled()) servers.set(peer, await startNginx(adobe));
  }
  return servers;
};
