// What each step of a journey costs on PostgreSQL and Redis: CPU of all parties, transactions, bytes. Written to
// bench/pieces.json, from which docs/capacity.md is calculated. `node --conditions=kinpass-source bench/pieces.ts [COUNT]`
// (Linux; needs the programs of PostgreSQL and Redis)
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { startRedisServer } from '../test/soft-state/redis/redis-server.ts';
import { freePort } from '../test/support/free-port.ts';
import { findBinaries, startPostgres } from '../test/support/start-postgres.ts';
import { startKinpass } from './contenders/kinpass.ts';
import { startIdentity } from './gateways.ts';
import { nextMessage } from './next-message.ts';
import type { Seen } from './parties/adobe.ts';
import { type Costs, createCounters } from './pieces/counters.ts';
import { createVisitors, stepNames } from './pieces/steps.ts';
import { fewAccounts } from './rows/row.ts';

const count = Number(process.argv[2] ?? 300);
/** Seconds in which nothing is asked: what goes on by itself belongs to no step. */
const idle = 10;

const binaries = await findBinaries();
if (!binaries) throw new Error('initdb is not here');
const database = await startPostgres(binaries);
const redis = await startRedisServer();
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const adobeProcess = fork(here('parties/adobe.ts'));
const adobe = await nextMessage<string>(adobeProcess);
const port = await freePort();
const adminPort = await freePort();
const identity = await startIdentity(port);
const kinpass = await startKinpass({
  clone: here('..'),
  port,
  accounts: fewAccounts,
  adobe,
  identity: identity.origins,
  plant: 0,
  settings: {
    store: { kind: 'postgres', url: database.url, tls: { mode: 'disable' } },
    shared: { kind: 'redis', url: redis.url },
    overload: { maxDelay: '1m' },
    admin: { port: adminPort },
  },
});
const postgres = new Client({ connectionString: database.url });
await postgres.connect();
const { rows } = await postgres.query<{ server_version: string }>('SHOW server_version');
const counters = await createCounters({
  kinpass,
  postgres,
  redis,
  adobeCalls: async () => {
    adobeProcess.send('seen');
    return (await nextMessage<Seen>(adobeProcess)).calls;
  },
  metrics: async () => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text(),
});

const round = (value: number): number => Number(Math.max(0, value).toPrecision(3));

type Counted = Costs & { readonly seconds: number };

/** Of one, without what goes on by itself. */
const perStep = (counted: Counted, byItself: Counted): Costs =>
  Object.fromEntries(
    Object.entries(counted)
      .filter(([name]) => name !== 'seconds')
      .map(([name, value]) => {
        const usual = (byItself[name as keyof Costs] / byItself.seconds) * counted.seconds;
        return [name, round((value - usual) / count)];
      }),
  ) as unknown as Costs;

// Code is compiled while it runs.
const first = await createVisitors(kinpass.origin, count);
for (const visitor of first.visitors) for (const name of stepNames) await visitor[name]();
const byItself = await counters.count(() => wait(idle * 1_000));
const { visitors, reconnect } = await createVisitors(kinpass.origin, count);
const steps: Record<string, Costs> = {};
for (const name of stepNames) {
  await reconnect();
  const counted = await counters.count(async () => {
    for (const visitor of visitors) await visitor[name]();
  });
  steps[name] = perStep(counted, byItself);
  console.log(name, steps[name]);
}
const perSecond = (value: number): number => round(value / byItself.seconds);
const pieces = {
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${arch()}`,
  node: process.version,
  postgres: rows[0]?.server_version,
  steps,
  /** A second of a process that nobody asks. */
  idle: {
    transactions: perSecond(byItself.transactions),
    redisCalls: perSecond(byItself.redisCalls),
  },
};
writeFileSync(new URL('pieces.json', import.meta.url), `${JSON.stringify(pieces, null, 2)}\n`);

counters.close();
await postgres.end();
await kinpass.stop();
identity.child.kill();
adobeProcess.kill();
await redis[Symbol.asyncDispose]();
await database.stop();
