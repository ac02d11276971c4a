import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import type { SoftState } from '#src/soft-state/ports';
import { createPeer, type Peer, type Wire } from '#src/soft-state/workers/peer';
import { createPrimaryState, type PrimaryState } from '#src/soft-state/workers/primary-state';
import { createWorkerState } from '#src/soft-state/workers/worker-state';

/** Two ends of one connection, which carries text, as that between processes does. */
const createWires = (): [Wire, Wire] => {
  const heard: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const wire = (own: 0 | 1, other: 0 | 1): Wire => ({
    post: (messages: Json[]) => {
      const text = JSON.stringify(messages);
      setImmediate(() => {
        for (const listener of heard[other]) listener(JSON.parse(text));
      });
    },
    listen: (listener) => heard[own].push(listener),
  });
  return [wire(0, 1), wire(1, 0)];
};

export interface LinkedWorkers extends AsyncDisposable {
  readonly primary: PrimaryState;
  worker(number: number): SoftState;
  /** The worker ends as if it was killed. */
  kill(number: number): void;
  /** The same, and another one takes its place. */
  replace(number: number): void;
  /** The worker hears nothing more, and neither does the primary of it. */
  cut(number: number): void;
}

/** The workers of one gateway and their primary, in this process. */
export const linkWorkers = (workers: number, clock: Clock): LinkedWorkers => {
  const primary = createPrimaryState({ workers, clock });
  const start = (number: number, replacedAt?: number) => {
    const [ours, theirs] = createWires();
    const peer: Peer = createPeer(theirs);
    const admitted = primary.admit(number, createPeer(ours));
    const state = createWorkerState({ peer, clock, workers, replacedAt });
    return { state, end: () => [peer.close(), admitted.dismiss()], cut: () => peer.close() };
  };
  const started = Array.from({ length: workers }, (_, number) => start(number));
  const at = (number: number) => {
    const found = started[number];
    if (!found) throw new Error(`there is no worker ${number}`);
    return found;
  };
  return {
    primary,
    worker: (number) => at(number).state,
    kill: (number) => at(number).end(),
    replace: (number) => {
      at(number).end();
      started[number] = start(number, clock.monotonic());
    },
    cut: (number) => at(number).cut(),
    [Symbol.asyncDispose]: async () => {
      for (const { end } of started) end();
      primary.close();
    },
  };
};
