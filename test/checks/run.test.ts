import { expect, test, vi } from 'vitest';
import type { Check, Outcome } from '#src/checks/check';
import { runChecks } from '#src/checks/run';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createManualClock } from '../support/manual-clock.ts';

const ok: Outcome = { verdict: 'ok', summary: 'As it should be.' };

const check = (id: string, run: Check['run'] = async () => ok, needs: readonly string[] = []): Check => ({
  id,
  question: `Is ${id} right?`,
  needs,
  run,
});

const failing: Check['run'] = async () => ({ verdict: 'failed', summary: 'Wrong.', cure: 'Do it right.' });

const run = (...checks: readonly Check[]) => runChecks(checks, { clock: systemClock, timeout: 60_000 });

test('results come in the order of the checks, with question, verdict and cure', async () => {
  const results = await run(check('a'), check('b', failing));
  expect(results).toMatchObject([
    { id: 'a', question: 'Is a right?', verdict: 'ok' },
    { id: 'b', verdict: 'failed', summary: 'Wrong.', cure: 'Do it right.' },
  ]);
});

test('a check waits for those that it needs, wherever they stand, and is skipped if one failed', async () => {
  const results = await run(
    check('last', undefined, ['middle']),
    check('middle', undefined, ['first']),
    check('first', failing),
    check('beside'),
  );
  expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['last', 'skipped'],
    ['middle', 'skipped'],
    ['first', 'failed'],
    ['beside', 'ok'],
  ]);
  expect(results[1]?.summary).toBe('Not checked: it needs first.');
});

test('a warning stops nothing, and a check runs alone whatever it needs', async () => {
  const warned = check('a', async () => ({ verdict: 'warning', summary: 'Soon.', cure: 'Renew it.' }));
  expect((await run(warned, check('b', undefined, ['a'])))[1]?.verdict).toBe('ok');
  expect((await run(check('b', undefined, ['a'])))[0]?.verdict).toBe('ok');
});

test('an error is a failure: with its detail if it is ours, without its message if it is foreign', async () => {
  const ours = check('ours', async () => {
    throw fail('store_invalid', {
      field: 'store.file',
      detail: 'the seal does not fit',
      hint: 'Restore it.',
    });
  });
  const foreign = check('foreign', async () => {
    throw Object.assign(new Error('the secret is hunter2'), { code: 'ECONNREFUSED', syscall: 'connect' });
  });
  const [own, other] = await run(ours, foreign);
  expect(own).toMatchObject({
    verdict: 'failed',
    summary: 'The database cannot be used (store.file): the seal does not fit.',
    cure: 'Restore it.',
  });
  expect(other).toMatchObject({ verdict: 'failed', summary: 'It failed unexpectedly (ECONNREFUSED).' });
});

test('a check that hangs has failed when its time is over, and is told to stop', async () => {
  const clock = createManualClock();
  const stopped = Promise.withResolvers<void>();
  const hangs = check('hangs', (signal) => {
    signal.addEventListener('abort', () => stopped.resolve());
    return new Promise(() => undefined);
  });
  const results = runChecks([hangs], { clock, timeout: 10_000 });
  await vi.waitUntil(() => clock.waiting > 0);
  await clock.advance(10_000);
  expect(await results).toMatchObject([{ verdict: 'failed', summary: 'It did not finish in time.' }]);
  await stopped.promise;
});
