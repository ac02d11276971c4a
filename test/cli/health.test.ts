import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { healthLines } from '#src/cli/health-report';
import { answerWhileStarting } from '#src/cli/starting';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const reader = { id: 'reader', token: 'the-token-of-who-may-read-details', roles: ['read' as const] };

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({ settings: { admin: { tokens: [reader] } } });
});
afterAll(() => t[Symbol.asyncDispose]());

/** The exit code and what was printed. */
const health = async (args: readonly string[], config?: object): Promise<[number | null, string]> => {
  await using run = runKinpass(['health', ...args, ...(config ? ['--config', 'kinpass.yaml'] : [])]);
  if (config) writeFileSync(join(run.folder, 'kinpass.yaml'), JSON.stringify(config));
  return [await run.ended, run.output];
};

/** Serves like the admin listener of a gateway that does not answer for itself. */
const listenerThat = async (answer: Parameters<typeof createServer>[1]) => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, [Symbol.asyncDispose]: async () => void server.close() };
};

test('a ready gateway, told to a health check: silence, and 0', async () => {
  expect(await health(['--quiet', '--admin', t.adminOrigin])).toEqual([0, '']);
});

test('the status needs no token; what else there is needs one', async () => {
  const [code, output] = await health(['--admin', t.adminOrigin]);
  expect(code).toBe(0);
  expect(output).toContain(`ready  ${t.adminOrigin}`);
  expect(output).toContain('need a token with the role read');
});

test('with the settings of the gateway, everything is told', async () => {
  const { fixtures, origins } = t.simulator;
  const publicPort = Number(new URL(t.origin).port);
  const adminPort = Number(new URL(t.adminOrigin).port);
  const config = {
    ...demoConfig({ fixtures, origins, publicOrigin: t.origin, publicPort, adminPort }),
    admin: { port: adminPort, tokens: [reader] },
  };
  const [code, output] = await health([], config);
  expect(code).toBe(0);
  for (const line of ['checks      store ok', 'providers   dtc untried', 'keys '])
    expect(output).toContain(`\n  ${line}`);
  const [, json] = await health(['--json'], config);
  expect(JSON.parse(json)).toMatchObject({ status: 'ok', providers: { dtc: { state: 'untried' } } });
});

describe('1 and a reason, when the gateway', () => {
  test('does not answer', async () => {
    const [code, output] = await health(['--admin', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(output).toContain('No gateway answers at http://127.0.0.1:1');
  });

  test('starts', async () => {
    await using starting = await listenerThat(answerWhileStarting);
    expect(await health(['--quiet', '--admin', starting.origin])).toEqual([
      1,
      `starting  ${starting.origin}\n`,
    ]);
  });

  test('is not ready', async () => {
    await using failing = await listenerThat((_, response) => {
      response.writeHead(503).end('{"status":"failing"}');
    });
    const [code, output] = await health(['--admin', failing.origin]);
    expect(code).toBe(1);
    expect(output).toContain(`not ready  ${failing.origin}`);
  });
});

test('an address that is none is refused', async () => {
  const [code, output] = await health(['--admin', 'localhost:8081']);
  expect(code).toBe(1);
  expect(output).toContain('--admin');
});

test('what needs attention is told in lines for people', () => {
  const lines = healthLines('http://127.0.0.1:8081', {
    status: 'failing',
    checks: { store: 'failing', serviceTokenKey: 'ok' },
    providers: {
      dtc: {
        state: 'failing',
        since: '2026-06-01T10:00:00.000Z',
        step: 'token',
        endpoint: 'https://accounts.example/token',
        error: 'invalid_client',
        cure: 'Compare clientSecret.',
        failedSignIns: 3,
      },
      google: { state: 'ok' },
    },
    keys: {
      active: { kid: 'a', ageDays: 12, limitDays: 365 },
      steps: [{ kid: 'b', state: 'exported', next: 'acknowledge it', due: '2027-01-01T00:00:00.000Z' }],
      problems: [{ file: 'a.pem', message: 'is missing' }],
      warnings: [{ file: 'old.pem', message: 'is not in the ledger' }],
    },
    settings: {
      refused: {
        file: 'kinpass.yaml',
        since: '2026-06-01T10:00:00.000Z',
        faults: ['kinpass.yaml:1:1  apps  is missing'],
      },
    },
    waiting: { restart: ['store.kind'], adobe: ['b'] },
    sweep: { lastRun: null },
    shared: { state: 'away', since: '2026-06-01T10:00:00.000Z', nodes: 3, reason: 'ECONNREFUSED' },
    changeFeed: { lagMs: null },
  });
  expect(lines).toEqual([
    'not ready  http://127.0.0.1:8081',
    '  checks      store failing',
    '              serviceTokenKey ok',
    '  providers   dtc failing since 2026-06-01T10:00:00.000Z: token, invalid_client, https://accounts.example/token (failed sign-ins: 3)',
    '                Compare clientSecret.',
    '              google ok',
    '  keys        a signs; 12 of 365 days old',
    '              b (exported): acknowledge it, due 2027-01-01T00:00:00.000Z',
    '              problem  a.pem is missing',
    '              warning  old.pem is not in the ledger',
    '  settings    kinpass.yaml refused since 2026-06-01T10:00:00.000Z; the last valid settings remain in effect:',
    '                kinpass.yaml:1:1  apps  is missing',
    '  waiting     store.kind: for the next start',
    "              key b: for Adobe's confirmation",
    '  sweep       not run by this process yet',
    '  shared      away since 2026-06-01T10:00:00.000Z: ECONNREFUSED; each of 3 nodes goes on by itself',
    '  change feed cannot be read',
  ]);
});
