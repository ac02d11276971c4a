import { describe, expect, onTestFinished, test } from 'vitest';
import { signIn } from '../support/builders.ts';
import { connect, openStores, ownRole, postgresUrl, temporarySchema } from '../support/postgres.ts';

/** A node in the midst of recording a change, as long as a test likes. */
const startChange = async (schema: string, id: string) => {
  const client = await connect(schema);
  await client.query('BEGIN');
  await client.query("INSERT INTO changes (kind, id, at) VALUES ('sign-in', $1, 1)", [id]);
  return client;
};

const start = async () => {
  const settings = temporarySchema();
  const stores = await openStores(settings);
  const rival = await openStores(settings);
  const end = async (grant: string) => {
    await stores.signIns.record(signIn({ grant }));
    await stores.signIns.end(grant, 1_000);
  };
  return { settings, stores, rival, end, close: () => Promise.all([stores.close(), rival.close()]) };
};

describe.skipIf(!postgresUrl)('news from PostgreSQL', () => {
  test('no change is skipped whose transaction began first and ended last', async () => {
    const { settings, stores, rival, end, close } = await start();
    const late = await startChange(settings.schema, 'late');
    await end('early');
    const seen = await rival.changes.since(0, 10);
    expect(seen.map(({ id }) => id)).toEqual(['early']);
    await late.query('COMMIT');
    const [early] = seen;
    for (const reader of [rival, stores])
      expect((await reader.changes.since(early?.position ?? 0, 10)).map(({ id }) => id)).toEqual(['late']);
    await close();
  });

  test('a reader who starts while a transaction is open hears of it later', async () => {
    const { settings, rival, end, close } = await start();
    const late = await startChange(settings.schema, 'late');
    await end('early');
    const position = await rival.changes.latest();
    await late.query('COMMIT');
    expect((await rival.changes.since(position, 10)).map(({ id }) => id)).toEqual(['late']);
    await close();
  });

  test('a transaction of another application that stays open holds up nothing', async () => {
    const { settings, rival, end, close } = await start();
    const foreign = await connect(settings.schema);
    await foreign.query('BEGIN');
    await foreign.query('CREATE TABLE report (id integer)');
    await end('g1');
    expect((await rival.changes.since(0, 10)).map(({ id }) => id)).toEqual(['g1']);
    await foreign.query('ROLLBACK');
    await close();
  });

  test('readers who number changes at once see each of them once, in one order', async () => {
    const { stores, rival, end, close } = await start();
    await Promise.all(Array.from({ length: 20 }, (_, index) => end(`g${index}`)));
    const [one, other] = await Promise.all([stores.changes.since(0, 100), rival.changes.since(0, 100)]);
    expect(one).toHaveLength(20);
    expect(other).toEqual(one);
    await close();
  });

  test('a read-only server returns recorded changes, including those without a position', async () => {
    const { role, admin, settings } = await ownRole();
    const stores = await openStores(settings);
    onTestFinished(() => stores.close());
    await admin.query(`SET search_path = "${settings.schema}"`);
    const record = (id: string) =>
      admin.query("INSERT INTO changes (kind, id, at) VALUES ('sign-in', $1, 1)", [id]);
    await record('numbered');
    const [numbered] = await stores.changes.since(0, 10);
    await record('fresh');
    await admin.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
    await stores.changes.latest().catch(() => undefined); // in use when it ended
    const position = await stores.changes.latest();
    expect(position).toBe(numbered?.position);
    const told = async (since: number, limit = 10) =>
      (await stores.changes.since(since, limit)).map(({ id }) => id);
    expect([await told(0), await told(position), await told(position)]).toEqual([
      ['numbered', 'fresh'],
      ['fresh'],
      ['fresh'],
    ]);
    await expect(told(position, 1)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    await admin.query(`ALTER ROLE ${role} RESET default_transaction_read_only`);
    await expect(told(position, 1)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(await told(position)).toEqual(['fresh']);
    expect(await stores.changes.latest()).toBeGreaterThan(position);
  });
});
