import { expect, onTestFinished, test, vi } from 'vitest';
import { startWorkers } from '../support/start-workers.ts';

// Processes start in each test, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

const jwks = '/.well-known/service-token-jwks.json';

test.each([1, 2])(
  '%i: after SIGTERM it says that it stops, serves on, and asks clients to leave',
  async (workers) => {
    await using t = await startWorkers(workers, { shutdown: { delay: '10m' } });
    const connection = async () => {
      const [answer] = await t.open(jwks, { connection: 'keep-alive' });
      answer.resume();
      return [answer.statusCode, answer.headers.connection];
    };
    expect(await connection()).toEqual([200, 'keep-alive']);
    t.run.signal('SIGTERM');
    const readiness = async () => {
      const { status, body } = await t.admin.get('/readyz');
      return [status, body['status'], body['checks'] !== undefined];
    };
    await expect.poll(readiness, { timeout: 10_000 }).toEqual([503, 'stopping', true]);
    expect((await t.admin.get('/livez')).status).toBe(200);
    await expect.poll(connection, { timeout: 10_000 }).toEqual([200, 'close']);

    // Whoever cannot wait for the delay says so.
    const again = setInterval(() => t.run.signal('SIGTERM'), 100);
    onTestFinished(() => clearInterval(again));
    expect(await t.run.ended).toBe(1);
    expect(t.run.output).toContain('forced exit');
  },
);

test.each([1, 2])('%i: a request that takes too long is cut, and counted in the log', async (workers) => {
  await using t = await startWorkers(workers, { shutdown: { delay: '0s', grace: '0s' } });
  const tv = await t.signIn('tv', 'ana');
  await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'hang' } });
  const call = tv.profiles().then(
    () => 'answered',
    () => 'cut',
  );
  await expect
    .poll(async () => (await t.control.requests()).some(({ path }) => path.endsWith('/profiles')), {
      timeout: 20_000,
    })
    .toBe(true);
  t.run.signal('SIGTERM');
  expect(await t.run.ended).toBe(0);
  expect(await call).toBe('cut');
  expect(t.run.output).toMatch(/"requests":1,"msg":"requests were cut/);
});
