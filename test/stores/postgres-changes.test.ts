import { describe, expect, test } from 'vitest';
import { signIn } from '../support/builders.ts';
import { connect, openStores, postgresUrl, temporarySchema } from '../support/postgres.ts';

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
});
