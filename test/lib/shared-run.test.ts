import { describe, expect, test } from 'vitest';
import { createSharedRun } from '#src/lib/shared-run';

const start = () => {
  const work = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  let runs = 0;
  const run = createSharedRun((given) => {
    signal = given;
    runs += 1;
    return work.promise;
  });
  return { ...work, run, runs: () => runs, isAborted: () => signal?.aborted };
};

describe('a shared run', () => {
  test('is one for all who join, and settles for all', async () => {
    const { run, runs, resolve } = start();
    const joined = [run.join(), run.join(new AbortController().signal), run.join()];
    resolve('done');
    expect(await Promise.all(joined)).toEqual(['done', 'done', 'done']);
    expect([runs(), await run.outcome, run.isAbandoned]).toEqual([1, 'done', false]);
  });

  test('fails for all who joined, and for nobody else', async () => {
    const { run, reject } = start();
    const joined = [run.join(), run.join(new AbortController().signal)];
    reject(new Error('away'));
    for (const outcome of await Promise.allSettled(joined))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'away' } });
  });

  test('goes on when one of them leaves, who gets the reason at once', async () => {
    const { run, isAborted, resolve } = start();
    const leaving = new AbortController();
    const [left, stays] = [run.join(leaving.signal), run.join(new AbortController().signal)];
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect([isAborted(), run.isAbandoned]).toEqual([false, false]);
    resolve('done');
    expect(await stays).toBe('done');
  });

  test('ends when the last one leaves', async () => {
    const { run, isAborted } = start();
    const leaving = [new AbortController(), new AbortController()];
    const joined = leaving.map(({ signal }) => run.join(signal));
    for (const one of leaving) one.abort(new Error('gone'));
    for (const outcome of await Promise.allSettled(joined)) expect(outcome.status).toBe('rejected');
    expect([isAborted(), run.isAbandoned]).toEqual([true, true]);
  });

  test('never ends by those who leave while one has joined for good', async () => {
    const { run, isAborted } = start();
    const leaving = new AbortController();
    void run.join();
    run.join(leaving.signal).catch(() => undefined);
    leaving.abort(new Error('gone'));
    expect(isAborted()).toBe(false);
  });

  test('is left at once by who comes with a signal that is aborted', async () => {
    const { run, isAborted } = start();
    await expect(run.join(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(isAborted()).toBe(true);
  });
});
