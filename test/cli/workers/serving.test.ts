import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { connectAsProxy, exchange } from '../../support/proxied.ts';
import { isAlive, startWorkers } from '../../support/start-workers.ts';

// Three processes start in each test, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

const jwks = '/.well-known/service-token-jwks.json';

/** How many requests log lines tell of, and which workers served them. Every line of the log is whole. */
const served = (output: string): [number, string[]] => {
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('Kinpass serves'));
  const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  return [requests.length, [...new Set(requests.map(({ worker }) => String(worker)))].sort()];
};

test('two workers serve, operators are told of both, and the signal of a terminal ends them all', async () => {
  await using t = await startWorkers(2);
  expect(t.workers()).toHaveLength(2);
  for (let call = 0; call < 20; call += 1) expect((await t.get(jwks)).status).toBe(200);
  await eventually(() => expect(served(t.run.output)).toEqual([20, ['1', '2']]));

  const { status, body } = await t.admin.get('/readyz');
  expect([status, body['checks']]).toEqual([200, { store: 'ok', serviceTokenKey: 'ok', workers: 'ok' }]);
  const { text } = await t.admin.get('/metrics');
  expect(text).toContain(
    'kinpass_http_request_duration_seconds_count{route="service-token-jwks",status="200"} 20',
  );
  expect(text).toContain('kinpass_service_token_key_usable 1\n');
  const audit = await t.admin.get('/audit');
  expect(audit.text.match(/"gateway\.start"/g)).toHaveLength(2); // started, done

  const workers = t.workers();
  // A terminal sends it to every process of the group.
  for (const pid of workers) process.kill(pid, 'SIGINT');
  t.run.signal('SIGINT');
  expect(await t.run.ended).toBe(0);
  expect(workers.filter(isAlive)).toEqual([]);
});

test('a worker that is killed under load costs the requests that it was serving, and is replaced', async () => {
  await using t = await startWorkers(2);
  const [victim = 0, survivor = 0] = t.workers();
  const counts = { done: 0, failed: 0 };
  let isOver = false;
  const lane = async () => {
    while (!isOver) {
      const outcome = await t.get(jwks).catch(() => undefined);
      counts[outcome?.status === 200 ? 'done' : 'failed'] += 1;
      await new Promise((resolve) => setTimeout(resolve, 5)); // the machine has other work
    }
  };
  const load = Array.from({ length: 4 }, lane);
  await eventually(() => expect(counts.done).toBeGreaterThan(50));
  const { text: before } = await t.admin.get('/metrics');
  process.kill(victim, 'SIGKILL');
  await eventually(() => expect(t.workers()).toHaveLength(2));
  expect(t.workers()).toContain(survivor);
  await eventually(() => expect(t.run.output).toMatch(/a worker ended by SIGKILL and is replaced/));
  await expect.poll(async () => (await t.admin.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
  const atReplacement = counts.done;
  await eventually(() => expect(counts.done).toBeGreaterThan(atReplacement + 50));
  isOver = true;
  await Promise.all(load);
  // Four requests at a time: those that the victim had.
  expect(counts.failed).toBeLessThanOrEqual(4);
  const { text: after } = await t.admin.get('/metrics');
  const count = (text: string) =>
    Number(/_count\{route="service-token-jwks",status="200"\} (\d+)/.exec(text)?.[1]);
  expect(count(after)).toBeGreaterThan(count(before));
});

test('settings are used by all workers, or, if one refuses them, by none', async () => {
  await using t = await startWorkers(2, { home: { redirect: 'https://one.example/' } });
  const redirects = async () => {
    const locations: (string | undefined)[] = [];
    for (let call = 0; call < 15; call += 1) {
      const [answer] = await t.open('/', { accept: 'text/html' });
      locations.push(answer.headers.location);
      answer.resume();
    }
    return [...new Set(locations)];
  };
  expect(await redirects()).toEqual(['https://one.example/']);
  t.write({ home: { redirect: 'https://two.example/' } });
  await t.run.until(/configuration reloaded/);
  expect(await redirects()).toEqual(['https://two.example/']);

  t.write({ home: { redirect: 'three' } });
  await t.run.until(/configuration not reloaded/);
  expect(await redirects()).toEqual(['https://two.example/']);
  process.kill(t.workers()[0] ?? 0, 'SIGKILL');
  await eventually(() => expect(t.run.output).toMatch(/is replaced/));
  await expect.poll(async () => (await t.admin.get('/readyz')).status, { timeout: 20_000 }).toBe(200);
  expect(await redirects()).toEqual(['https://two.example/']);
});

test('workers end with their primary, however it ends', async () => {
  await using t = await startWorkers(2);
  const workers = t.workers();
  t.run.signal('SIGKILL');
  await t.run.ended;
  await eventually(() => expect(workers.filter(isAlive)).toEqual([]));
});

test('every worker reads the headers of the PROXY protocol', async () => {
  const env = { KINPASS_PUBLIC_CLIENT_ADDRESS_FROM: 'proxyProtocol' };
  await using t = await startWorkers(2, { trustedProxies: ['127.0.0.2'] }, env);
  for (let connection = 0; connection < 12; connection += 1) {
    const id = randomUUID();
    const socket = await connectAsProxy(Number(new URL(t.origin).port));
    const header = `PROXY TCP4 203.0.113.${connection} 192.0.2.1 4711 443\r\n`;
    await exchange(socket, `${header}GET /v1/probe/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`, '204');
    socket.destroy();
    const { body } = await t.admin.get(`/probes/${id}`);
    expect(body).toMatchObject({ peer: { address: `203.0.113.${connection}`, port: 4711 } });
  }
  await eventually(() => expect(served(t.run.output)).toEqual([12, ['1', '2']]));
});
