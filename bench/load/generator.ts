// The load, in a process of its own: what the rows ask for, over raw sockets.

import type { Call, Target } from '../rows/row.ts';
import { findRow } from '../rows/rows.ts';
import { runClosedLoop } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import type { Outcome } from './outcome.ts';

export interface Order {
  readonly row: string;
  /** Whether the row is asked of Kinpass itself or of a peer. */
  readonly who: 'kinpass' | 'peer';
  readonly target: Target;
  readonly ms: number;
}

/** Prepared once: what a row has created at a server stays in use. */
const calls = new Map<string, Promise<Call>>();

const callFor = ({ row, who, target }: Order): Promise<Call> => {
  const key = `${row} ${target.origin}`;
  const { prepare, preparePeer = prepare } = findRow(row);
  const call = calls.get(key) ?? Promise.resolve((who === 'peer' ? preparePeer : prepare)(target));
  calls.set(key, call);
  return call;
};

const run = async (order: Order): Promise<Outcome> => {
  const { connections = 32, perSecond } = findRow(order.row);
  const { origin } = order.target;
  const work = { origin, call: await callFor(order), ms: order.ms };
  return perSecond === undefined
    ? runClosedLoop({ ...work, connections })
    : runOpenLoop({ ...work, perSecond });
};

process.on('message', async (order: Order) => {
  process.send?.(await run(order).catch((error: unknown) => ({ failed: String(error) })));
});
process.on('disconnect', () => process.exit());
