import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Origins } from '@kinpass/simulator';
import { freePort } from '../test/support/free-port.ts';
import { type Kinpass, startKinpass } from './contenders/kinpass.ts';
import { nextMessage } from './next-message.ts';
import { fewAccounts, type Row } from './rows/row.ts';

/** Gateways of one clone: one for each number of accounts. */
export interface Gateways {
  readonly all: readonly Kinpass[];
  for(row: Row): Kinpass;
  stop(): Promise<void>;
}

interface Options {
  readonly rows: readonly Row[];
  readonly clone: string;
  readonly adobe: string;
  readonly plant: number;
  /** The database that they use instead of a file. */
  readonly postgres?: string;
}

const accountsOf = ({ accounts = fewAccounts }: Row): number => accounts;

export const startGateways = async ({ rows, clone, adobe, plant, postgres }: Options): Promise<Gateways> => {
  const signsIn = rows.some(({ name }) => name === 'sign-in');
  const started = new Map<number, Kinpass>();
  const identities: ChildProcess[] = [];
  for (const accounts of new Set(rows.map(accountsOf))) {
    const port = await freePort();
    const identity = signsIn && accounts === fewAccounts ? await startIdentity(port) : undefined;
    if (identity) identities.push(identity.child);
    const parties = { adobe, postgres, ...(identity && { identity: identity.origins }) };
    started.set(accounts, await startKinpass({ clone, port, accounts, plant, ...parties }));
  }
  return {
    all: [...started.values()],
    for: (row) => {
      const gateway = started.get(accountsOf(row));
      if (!gateway) throw new Error(`no gateway was started for ${row.name}`);
      return gateway;
    },
    stop: async () => {
      for (const gateway of started.values()) await gateway.stop();
      for (const child of identities) child.kill();
    },
  };
};

/** The identity providers know one gateway. */
export const startIdentity = async (port: number): Promise<{ child: ChildProcess; origins: Origins }> => {
  const program = fileURLToPath(new URL('parties/identity.ts', import.meta.url));
  const child = fork(program, [`http://127.0.0.1:${port}`]);
  return { child, origins: JSON.parse(await nextMessage<string>(child)) };
};
