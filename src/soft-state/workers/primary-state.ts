import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { createLocalSoftState } from '../local/create.ts';
import type { SoftState } from '../ports.ts';
import { createLedger, type Ledger, maxWait } from './ledger.ts';
import type { Peer } from './peer.ts';

interface Deps {
  readonly workers: number;
  readonly clock: Clock;
}

export interface PrimaryState {
  /** As the primary itself sees it. */
  readonly softState: SoftState;
  /** Serves this worker, numbered from 0, until it is dismissed. */
  admit(worker: number, peer: Peer): { dismiss(): void };
  close(): void;
}

/** The soft state of all workers, in the memory of the primary. */
export const createPrimaryState = ({ workers, clock }: Deps): PrimaryState => {
  const local = createLocalSoftState();
  const ledger = createLedger({ workers, clock });
  const join = (): SoftState => ({ ...local.join(), allowances: { ...ledger, quietUntil: async () => 0 } });
  return {
    softState: join(),
    admit: (worker, peer) => {
      const leave = serve(join(), ledger, peer);
      ledger.admit(worker, peer);
      return {
        dismiss: () => {
          peer.close();
          ledger.dismiss(worker);
          leave();
        },
      };
    },
    close: ledger.close,
  };
};

/** Answers what a worker asks. Returns how to forget it. */
const serve = (state: SoftState, ledger: Ledger, peer: Peer): (() => void) => {
  const { paces, probes, polls, notices } = state;
  /** The inputs are those of the ports. */
  const answer = <Input>(name: string, act: (input: Input) => Promise<unknown>): void =>
    peer.answer(name, async (input) => ((await act(input as Input)) ?? null) as Json);

  answer('paces.accept', paces.accept);
  answer('probes.remember', probes.remember);
  answer('probes.find', ({ id, now }: { id: string; now: number }) => probes.find(id, now));
  answer('allowances.reserve', ledger.reserve);
  answer('allowances.silence', ledger.silence);
  answer('polls.take', polls.take);
  answer('polls.renew', polls.renew);
  answer('polls.publish', polls.publish);
  answer('polls.release', polls.release);
  const followed = new Map<string, () => void>();
  answer('polls.follow', async (key: string) => {
    followed.set(
      key,
      polls.follow(key, (published) => peer.tell('polls.published', { key, answer: published })),
    );
  });
  answer('polls.unfollow', async (key: string) => {
    followed.get(key)?.();
    followed.delete(key);
  });
  answer('notices.send', notices.send);
  const stopReceiving = notices.receive(async (sent) => {
    await peer.ask(
      'notices.received',
      sent.map(({ kind, id }) => ({ kind, id })),
      maxWait,
    );
  });
  return () => {
    stopReceiving();
    for (const stop of followed.values()) stop();
  };
};
