import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLog, errorFields } from '#src/observability/logger';
import type { Stores } from '#src/stores/ports';
import type { PostgresSettings } from '#src/stores/postgres/settings';
import { auditRecord, signIn } from '../support/builders.ts';
import { connect, openStores, ownRole, postgresUrl, temporarySchema } from '../support/postgres.ts';
import { startPostgresWire } from '../support/postgres-wire.ts';

const open = async (changes: Parameters<typeof temporarySchema>[0] = {}) => {
  const settings = temporarySchema(changes);
  const stores = await openStores(settings);
  onTestFinished(() => stores.close());
  return { settings, stores, admin: await connect(settings.schema) };
};

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The sign-in `g1`, whose row a rival has locked. Returns how to unlock it. */
const lockSignIn = async ({ schema }: PostgresSettings, { signIns }: Stores) => {
  await signIns.record(signIn({ grant: 'g1' }));
  const rival = await connect(schema);
  await rival.query('BEGIN');
  await rival.query("SELECT FROM sign_ins WHERE grant_id = 'g1' FOR UPDATE");
  return () => rival.query('ROLLBACK');
};

const find = ({ signIns }: Stores) => signIns.find('g1');

describe.skipIf(!postgresUrl)('a PostgreSQL that fails', () => {
  test('a connection that the server ends is replaced', async () => {
    const { stores, admin } = await open({ maxConnections: 1 });
    await stores.signIns.record(signIn({ grant: 'g1' }));
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kinpass' AND query LIKE '%sign_ins%'",
    );
    await failure(find(stores));
    expect(await find(stores)).toBeDefined();
  });

  test('a transaction whose connection ends in the midst of it leaves nothing', async () => {
    const { settings, stores, admin } = await open();
    const unlock = await lockSignIn(settings, stores);
    const ending = failure(stores.signIns.end('g1', 1_000));
    const waiting = "wait_event_type = 'Lock' AND application_name = 'kinpass' AND query LIKE '%sign_ins%'";
    const ended = async () =>
      (await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${waiting}`)).rowCount;
    while ((await ended()) === 0);
    expect(await ending).toMatchObject({ code: 'gateway_unavailable', retryAfter: 1 });
    await unlock();
    expect(await find(stores)).toBeDefined();
    expect(await stores.changes.latest()).toBe(0);
  });

  test('a statement that waits too long is canceled, and the connection serves on', async () => {
    const { settings, stores } = await open({ statementTimeout: 100, maxConnections: 1 });
    const unlock = await lockSignIn(settings, stores);
    const error = await failure(stores.signIns.end('g1', 1_000));
    expect(error).toMatchObject({ code: 'gateway_unavailable', detail: expect.stringContaining('57014') });
    await unlock();
    expect(await find(stores)).toBeDefined();
  });

  test('with all connections in use a call gives up, and those after them are served', async () => {
    const { settings, stores } = await open({ maxConnections: 1, connectTimeout: 100 });
    const unlock = await lockSignIn(settings, stores);
    const ending = stores.signIns.end('g1', 1_000);
    const error = await failure(find(stores));
    expect(error).toMatchObject({ code: 'gateway_unavailable', detail: expect.stringContaining('free') });
    await unlock();
    await ending;
    expect(await find(stores)).toBeUndefined();
  });

  test('no more than 5,000 calls wait for a connection', async () => {
    const { settings, stores } = await open({ maxConnections: 1, connectTimeout: 100 });
    const unlock = await lockSignIn(settings, stores);
    const ending = stores.signIns.end('g1', 1_000);
    const waiting = Array.from({ length: 5_000 }, () => failure(find(stores)));
    expect(await failure(find(stores))).toMatchObject({
      code: 'gateway_unavailable',
      retryAfter: 1,
      detail: 'PostgreSQL: 5000 calls are waiting',
      facts: { store: 'no-connection' },
    });
    const [first] = await Promise.all(waiting);
    expect(first).toMatchObject({ detail: expect.stringContaining('free in time') });
    await unlock();
    await ending;
    expect(await find(stores)).toBeUndefined();
  });

  test('a server that became a standby fails writes, including readiness, until it is primary', async () => {
    const { role, settings, admin } = await ownRole();
    const stores = await openStores(settings);
    onTestFinished(() => stores.close());
    const reconnect = () =>
      admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
    await admin.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
    await reconnect();
    await failure(find(stores)); // in use when it ended
    expect(await find(stores)).toBeUndefined();
    expect(await failure(stores.ping())).toMatchObject({
      code: 'gateway_unavailable',
      detail: expect.stringContaining('25006'),
    });
    await admin.query(`ALTER ROLE ${role} RESET default_transaction_read_only`);
    await stores.ping();
  });

  test('a user with minimal privileges is enough, and cannot change the audit log', async () => {
    const { settings } = await ownRole();
    const stores = await openStores(settings);
    onTestFinished(() => stores.close());
    await stores.audit.append(auditRecord());
    const client = await connect(settings.schema, settings.url);
    for (const sql of ["UPDATE audit SET entry = ''", 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  test('a server that does not answer is given up, and its connection closed', async () => {
    const settings = temporarySchema({ statementTimeout: 100 });
    const wall = await startWall();
    const { port } = new URL(settings.url);
    const stores = await openStores({ ...settings, url: settings.url.replace(`:${port}`, `:${wall.port}`) });
    onTestFinished(() => stores.close());
    wall.silent = true;
    const closed = wall.nextClosed();
    expect(await failure(find(stores))).toMatchObject({
      code: 'gateway_unavailable',
      detail: 'PostgreSQL did not answer within 1100 ms',
    });
    await closed;
    wall.silent = false;
    expect(await find(stores)).toBeUndefined();
  });

  test('of two servers, the one that still responds is used', async () => {
    const settings = temporarySchema({ statementTimeout: 100, connectTimeout: 1_000 });
    const wall = await startWall();
    const { host } = new URL(settings.url);
    const url = settings.url.replace(host, `127.0.0.1:${wall.port},${host}`);
    const stores = await openStores({ ...settings, url });
    onTestFinished(() => stores.close());
    wall.silent = true;
    expect(await failure(find(stores))).toMatchObject({ facts: { store: 'timeout' } });
    expect(await find(stores)).toBeUndefined();
    await stores.ping();
  });

  test('connections that a firewall has forgotten are dropped together once one of them times out', async () => {
    const settings = temporarySchema({ statementTimeout: 100 });
    const wire = await startPostgresWire(settings.url);
    onTestFinished(() => wire[Symbol.asyncDispose]());
    const stores = await openStores({ ...settings, url: wire.url });
    onTestFinished(() => stores.close());
    await Promise.all(Array.from({ length: 4 }, () => find(stores)));
    await wire.stall();
    expect(await failure(find(stores))).toMatchObject({ code: 'gateway_unavailable' });
    await wire.pass();
    expect(await find(stores)).toBeUndefined();
  });

  test('no error and no log line has the password', async () => {
    const secret = 'p4ssw0rd-of-the-database';
    const { port } = new URL(postgresUrl);
    const urls = [
      `postgres://nobody:${secret}@127.0.0.1:${port}/nowhere`,
      `postgres://nobody:${secret}@127.0.0.1:1/test`,
      `postgres://nobody:${secret}@127.0.0.1:${port}/test`,
    ];
    for (const url of urls) {
      const error = await failure(openStores({ ...temporarySchema(), url }));
      expect(error).toMatchObject({ code: 'store_invalid', field: 'store.url' });
      const lines: string[] = [];
      createLog('debug', { write: (line) => lines.push(line) }).error(errorFields(error), 'failed');
      expect(`${JSON.stringify(error)} ${String(error)} ${lines.join('')}`).not.toContain(secret);
    }
  });
});

/** Passes everything on to the server of the tests, or nothing that the server says. */
const startWall = async () => {
  const { hostname, port } = new URL(postgresUrl);
  const state = { silent: false, closed: Promise.withResolvers<void>() };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = new (near.constructor as typeof Socket)();
    far.connect(Number(port), hostname);
    sockets.add(near).add(far);
    near.pipe(far);
    far.on('data', (bytes) => state.silent || near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
    near.on('close', () => state.closed.resolve());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    set silent(value: boolean) {
      state.silent = value;
    },
    nextClosed: () => {
      state.closed = Promise.withResolvers();
      return state.closed.promise;
    },
  };
};
