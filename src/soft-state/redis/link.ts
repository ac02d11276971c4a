import { createChannels } from './channels.ts';
import { type CircuitDeps, createCircuit, type LinkState } from './circuit.ts';
import type { Run } from './connection.ts';

export type Port = 'allowances' | 'paces' | 'polls' | 'probes' | 'notices' | 'nodes';
export type Result = 'ok' | 'failed' | 'skipped';

export interface Link {
  readonly isUp: boolean;
  state(): LinkState;
  /** Rejects at once while the server is away, and within the time limit otherwise. */
  call(port: Port, ...call: Parameters<Run>): Promise<unknown>;
  /** Calls the listener with each message, whenever the server is there. Returns how to stop that. */
  listen(channel: string, listener: (text: string) => void): () => void;
  /** How many calls ended how. */
  counts(): ReadonlyMap<Port, Readonly<Record<Result, number>>>;
  /** The connection is of no use: another one is made. */
  drop(reason: string): void;
  /** The first attempt to connect has ended. */
  readonly tried: Promise<void>;
  close(): void;
}

/**
 * The way to the server. While it is there, calls go out on one connection. The first failure ends that, and until another
 * one has been made in the background, calls are refused at once: nobody waits for a server that is away.
 */
export const createLink = (deps: CircuitDeps): Link => {
  const channels = createChannels();
  const circuit = createCircuit(deps, channels);
  const counts = new Map<Port, Record<Result, number>>();

  const count = (port: Port, result: Result): void => {
    const own = counts.get(port) ?? { ok: 0, failed: 0, skipped: 0 };
    own[result] += 1;
    counts.set(port, own);
  };

  return {
    get isUp() {
      return circuit.connection !== undefined;
    },
    state: () => circuit.state,
    call: async (port, ...call) => {
      const { connection } = circuit;
      if (connection === undefined) {
        count(port, 'skipped');
        throw new Error('the shared state is away');
      }
      try {
        const reply = await connection.run(...call);
        count(port, 'ok');
        return reply;
      } catch (error) {
        count(port, 'failed');
        throw error;
      }
    },
    listen: (channel, listener) => {
      // What cannot be heard now costs time, not the answer: it is asked for again.
      const ignore = () => undefined;
      if (channels.add(channel, listener)) circuit.connection?.listen(channel).catch(ignore);
      return () => {
        if (channels.remove(channel, listener)) circuit.connection?.stopListening(channel).catch(ignore);
      };
    },
    counts: () => counts,
    drop: (reason) => circuit.connection?.end(reason),
    tried: circuit.tried,
    close: circuit.close,
  };
};
