import { request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Config } from '#src/config/schema';
import { eventually } from '../support/eventually.ts';
import { connect, ownRole, postgresUrl, temporarySchema } from '../support/postgres.ts';
import { startGateway } from '../support/start-gateway.ts';
import { findBinaries, startPostgres } from '../support/start-postgres.ts';

type StoreInput = Partial<Record<keyof Extract<Config['store'], { kind: 'postgres' }>, unknown>>;

/** A gateway whose viewer is signed in and has been served, and what is asked of it. */
const start = async (store: StoreInput) => {
  const t = await startGateway({ settings: { store: { kind: 'postgres', ...store } as never } });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const phone = await t.signIn(t.device('phone'), 'ana');
  const served = async () => {
    const headers = { authorization: `Bearer ${phone.tokens?.accessToken}` };
    const me = await request({ url: `${t.origin}/me`, headers });
    return [(await phone.profiles()).status, me.status];
  };
  expect(await served()).toEqual([200, 200]);
  const [app] = t.simulator.fixtures.apps;
  return {
    served,
    /** Writes a row. */
    register: () =>
      request({
        method: 'POST',
        url: `${t.origin}/o/client/register`,
        json: { software_statement: app?.softwareStatement ?? '' },
      }),
    keys: async () => (await request({ url: `${t.origin}/.well-known/service-token-jwks.json` })).status,
    ready: async () => (await request({ url: `${t.adminOrigin}/readyz` })).status,
    metric: async (name: string): Promise<number> => {
      const { text } = await request({ url: `${t.adminOrigin}/metrics` });
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1),
      );
    },
  };
};

const failuresBy = (reason: string) => `kinpass_store_failures_total{reason="${reason}"}`;
const isBack = ({ ready, register }: Awaited<ReturnType<typeof start>>) =>
  eventually(async () => expect([await ready(), (await register()).status]).toEqual([200, 201]));

describe.skipIf(!postgresUrl)('a gateway on PostgreSQL', () => {
  test('keeps reading from a server that turned read-only, and writes again when possible', async () => {
    const { role, admin, settings } = await ownRole();
    const { url, schema, tls } = settings;
    const t = await start({ url, schema, tls });
    await admin.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
    await eventually(async () => {
      await t.register(); // the first ones find their connections closed
      expect(await t.metric(failuresBy('read-only'))).toBeGreaterThan(0);
    });
    const { status, headers } = await t.register();
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect([await t.ready(), await t.keys(), await t.served()]).toEqual([503, 200, [200, 200]]);
    await admin.query(`ALTER ROLE ${role} RESET default_transaction_read_only`);
    await isBack(t);
  });

  test('refuses calls that get no free connection in time', async () => {
    const { url, schema, tls } = temporarySchema();
    const t = await start({ url, schema, tls, maxConnections: 1, connectTimeout: '100ms' });
    const holder = await connect(schema);
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE pings');
    const slow: Promise<number>[] = [];
    const isWaitedFor = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'pings'::regclass";
    while ((await holder.query(isWaitedFor)).rowCount === 0) slow.push(t.ready());
    const { status, headers } = await t.register();
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect([await t.ready(), await t.keys()]).toEqual([503, 200]);
    expect(await t.metric(failuresBy('no-connection'))).toBeGreaterThan(0);
    expect(await t.metric('kinpass_postgres_connections{state="busy"}')).toBe(1);
    await holder.query('COMMIT');
    await Promise.all(slow);
    await isBack(t);
    expect(await t.metric('kinpass_postgres_round_trip_seconds_count')).toBeGreaterThan(0);
    expect(await t.metric('kinpass_postgres_wait_seconds_count')).toBeGreaterThan(0);
    await eventually(async () =>
      expect(await t.metric('kinpass_postgres_connections{state="idle"}')).toBe(1),
    );
  });
});

const binaries = await findBinaries();

describe.skipIf(!binaries)('a gateway with two servers configured', () => {
  test('uses the primary, and the standby once it is promoted', async () => {
    const primary = await startPostgres(binaries ?? '');
    const standby = await primary.startStandby();
    onTestFinished(async () => {
      await primary.stop();
      await standby.stop();
    });
    const tls = { mode: 'disable' };
    const hosts = [standby, primary].map(({ port }) => `127.0.0.1:${port}`);
    const t = await start({ url: `postgres://kinpass@${hosts.join(',')}/postgres`, tls });

    const [before, after] = [await connect('public', primary.url), await connect('public', standby.url)];
    const { rows } = await before.query('SELECT pg_current_wal_lsn() AS position');
    const isReplayed = 'SELECT WHERE pg_last_wal_replay_lsn() >= $1';
    while ((await after.query(isReplayed, [rows[0].position])).rowCount === 0);
    await primary.stop('SIGQUIT');
    await eventually(async () => expect(await t.ready()).toBe(503));
    const { status, headers } = await t.register();
    expect([status, headers['retry-after']]).toEqual([503, '1']);

    await after.query('SELECT pg_promote()');
    await isBack(t);
    expect(await t.served()).toEqual([200, 200]);
    expect(await t.metric('kinpass_postgres_fail_overs_total')).toBeGreaterThan(0);
  });
});
