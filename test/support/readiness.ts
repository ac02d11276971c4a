import { setTimeout } from 'node:timers/promises';

/** A gateway behind a balancer. */
export interface Target {
  readonly publicPort: number;
  readonly adminPort: number;
}

export interface Readiness<T extends Target> extends AsyncDisposable {
  /** Those that requests may be sent to. */
  ready(): readonly T[];
  /** Resolves when as many are ready, no more and no fewer. */
  untilReady(count: number): Promise<void>;
}

/** Milliseconds. */
const probeInterval = 50;
/** Probes in a row without an answer, or with another than 200, after which a target is down; one that stops is at once. */
const maxFailed = { unanswered: 3, unready: 20 };

type Answer = 'ready' | 'stopping' | 'unready' | 'unanswered';

const answerOf = async (url: string): Promise<Answer> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    const text = await answer.text();
    if (answer.status === 200) return 'ready';
    return text.includes('"stopping"') ? 'stopping' : 'unready';
  } catch {
    return 'unanswered';
  }
};

/** Asks the /readyz of each target all the time, as load balancers do. */
export const watchReadiness = <T extends Target>(targets: readonly T[]): Readiness<T> => {
  const isReady = new Set<T>();
  const closed = new AbortController();

  const probe = async (target: T): Promise<void> => {
    for (let failed = 0; !closed.signal.aborted; ) {
      const answer = await answerOf(`http://127.0.0.1:${target.adminPort}/readyz`);
      failed = answer === 'ready' ? 0 : failed + 1;
      if (answer === 'ready') isReady.add(target);
      else if (answer === 'stopping' || failed >= maxFailed[answer]) isReady.delete(target);
      await setTimeout(probeInterval, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  };
  const probing = targets.map(probe);

  return {
    ready: () => targets.filter((target) => isReady.has(target)),
    untilReady: async (count) => {
      while (isReady.size !== count) await setTimeout(probeInterval);
    },
    [Symbol.asyncDispose]: async () => {
      closed.abort();
      await Promise.all(probing);
    },
  };
};
