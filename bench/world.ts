import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Kinpass, startKinpass } from './contenders/kinpass.ts';
import { isNginxInstalled, startNginx } from './contenders/nginx.ts';
import { type Server, startContender } from './contenders/process.ts';
import { freePort } from './free-port.ts';
import type { Order } from './load/generator.ts';
import type { Outcome } from './load/outcome.ts';
import { nextMessage } from './next-message.ts';
import type { Seen } from './parties/adobe.ts';
import { fewAccounts, type Peer, peers, type Row, type Target } from './rows/row.ts';

export type Who = 'kinpass' | Peer;

/** Everything that the rows need, each in a process of its own. */
export interface World {
  /** Kinpass first; without peers that are not installed. */
  contendersOf(row: Row): readonly Who[];
  serverOf(row: Row, who: Who): Server;
  kinpassOf(row: Row): Kinpass;
  readonly gateways: readonly Kinpass[];
  /** Runs a row for so many milliseconds. Errors: an Error if it could not be prepared. */
  load(row: Row, who: Who, ms: number): Promise<Outcome>;
  /** What the simulated Adobe has seen since it was asked last. */
  seen(): Promise<Seen>;
  stop(): Promise<void>;
}

const accountsOf = ({ accounts = fewAccounts }: Row): number => accounts;

const forkFile = (name: string, ...args: string[]): ChildProcess =>
  fork(fileURLToPath(new URL(name, import.meta.url)), args);

export const startWorld = async (rows: readonly Row[], plant: number): Promise<World> => {
  const generator = forkFile('load/generator.ts');
  const adobeProcess = forkFile('parties/adobe.ts');
  const adobe = await nextMessage<string>(adobeProcess);
  const basePort = await freePort();
  const identityProcess = rows.some(({ name }) => name === 'sign-in')
    ? forkFile('parties/identity.ts', `http://127.0.0.1:${basePort}`)
    : undefined;
  const identity = identityProcess && JSON.parse(await nextMessage<string>(identityProcess));

  const gateways = new Map<number, Kinpass>();
  for (const accounts of new Set(rows.map(accountsOf))) {
    const port = accounts === fewAccounts ? basePort : await freePort();
    gateways.set(accounts, await startKinpass({ port, accounts, adobe, identity, plant }));
  }
  const servers = new Map<Peer, Server>();
  for (const peer of peers) {
    if (!rows.some((row) => row.peers.includes(peer))) continue;
    if (peer !== 'nginx') servers.set(peer, await startContender(peer, adobe));
    else if (isNginxInstalled()) servers.set(peer, await startNginx(adobe));
  }

  const kinpassOf = (row: Row): Kinpass => present(gateways.get(accountsOf(row)));
  const serverOf = (row: Row, who: Who): Server =>
    who === 'kinpass' ? kinpassOf(row) : present(servers.get(who));
  const targetOf = (row: Row, who: Who): Target =>
    who === 'kinpass'
      ? { origin: kinpassOf(row).origin, accounts: accountsOf(row), folder: kinpassOf(row).folder }
      : { origin: serverOf(row, who).origin, accounts: fewAccounts, folder: '' };

  return {
    contendersOf: (row) => ['kinpass', ...row.peers.filter((peer) => servers.has(peer))],
    serverOf,
    kinpassOf,
    gateways: [...gateways.values()],
    load: async (row, who, ms) => {
      const order: Order = {
        row: row.name,
        who: who === 'kinpass' ? who : 'peer',
        target: targetOf(row, who),
        ms,
      };
      generator.send(order);
      const outcome = await nextMessage<Outcome | { failed: string }>(generator);
      if ('failed' in outcome) throw new Error(`${row.name}, ${who}: ${outcome.failed}`);
      return outcome;
    },
    seen: () => {
      adobeProcess.send('seen');
      return nextMessage<Seen>(adobeProcess);
    },
    stop: async () => {
      for (const child of [generator, identityProcess]) child?.kill();
      for (const server of [...servers.values(), ...gateways.values()]) await server.stop();
      adobeProcess.kill();
    },
  };
};

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the contender was not started');
  return value;
};
