import { expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startWorkers } from '../support/start-workers.ts';

// Processes start in each test, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

/** A bug, planted into the process from outside: at a signal it throws, or rejects where nobody listens. */
const plant = (act: string): Record<string, string> => {
  const code = `process.on('SIGUSR2', () => { ${act} })`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
};

const planted = {
  'an exception': `throw new RangeError('a secret')`,
  'a rejection': `Promise.reject(new RangeError('a secret'))`,
};

test.each(Object.entries(planted))(
  '%s that nobody handles is logged and ends the process, whose data is whole',
  async (_, act) => {
    await using t = await startWorkers(1, {}, plant(act));
    await t.signIn('tv', 'ana');
    process.kill(t.run.pid ?? 0, 'SIGUSR2');
    expect(await t.run.ended).toBe(1);
    const line = t.run.output.split('\n').find((text) => text.includes('was not handled'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'error',
      error: 'RangeError',
      stack: expect.any(String),
    });
    expect(t.run.output).not.toContain('a secret');
  },
);

test('a worker that ends so is replaced', async () => {
  await using t = await startWorkers(2, {}, plant(planted['a rejection']));
  const [victim = 0] = t.workers();
  process.kill(victim, 'SIGUSR2');
  await eventually(() => expect(t.run.output).toMatch(/a worker ended with code 1 and is replaced/));
  await expect.poll(async () => (await t.admin.get('/readyz')).status, { timeout: 35_000 }).toBe(200);
});
