import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { bringChanges, bringOnce, markOf } from '#src/stores/copy/bring-changes';
import { connect, postgresUrl } from '../../support/postgres.ts';
import { bothWays, sealingKey, silent, startTwoStores, type TwoStores } from './two-stores.ts';
import { addViewer } from './viewers.ts';

const now = systemClock.now();

/** Two stores, the source with somebody in it. */
const start = async (from: 'sqlite' | 'postgres'): Promise<TwoStores> => {
  const two = startTwoStores();
  await two.using(from, (stores) => addViewer(stores, 'ana', now));
  return two;
};

const refusal = (hint: RegExp) => ({ code: 'store_invalid', hint: expect.stringMatching(hint) });

describe.skipIf(!postgresUrl).each(bothWays)('a copy from %s to %s is refused', (from, to) => {
  test('into a store that is in use, which stays unchanged', async () => {
    const { using, copy } = await start(from);
    await using(to, (stores) => addViewer(stores, 'ben', now));
    await expect(copy(from)).rejects.toMatchObject(refusal(/is in use: it has 1 rows in accounts/));
    await using(to, async (stores) => {
      expect(await stores.accounts.find('ana')).toBeUndefined();
      expect(await stores.accounts.find('ben')).toBeDefined();
    });
  });

  test('into a store that was sealed with another key', async () => {
    const { open, copy } = await start(from);
    const otherKey = sealingKey.map((byte) => byte + 1);
    await (await open(to, true, otherKey)).close();
    await expect(copy(from)).rejects.toMatchObject(refusal(/was sealed with another key/));
    await (await open(to, true, otherKey)).close();
  });

  test('with settings that have other keys, before the target is created', async () => {
    const { settings, open, withCopy, otherKeys } = await start(from);
    const there = { ...settings[to], keys: otherKeys() };
    await expect(withCopy(from, async () => {}, there)).rejects.toMatchObject({
      code: 'keys_invalid',
      field: expect.stringContaining('other-keys/sealing.secret'),
    });
    if (to === 'postgres')
      await expect(open(to, false)).rejects.toMatchObject(refusal(/holds no data of Kinpass/));
  });

  test('into an incomplete copy of another store', async () => {
    const { settings, copy } = await start(from);
    await copy(from);
    const another = await start(from);
    const there = settings[to];
    await expect(another.withCopy(from, async () => {}, there)).rejects.toMatchObject(
      refusal(/is an incomplete copy of .* It is a copy of another store/),
    );
  });

  test('of an unused store, and of an incomplete copy', async () => {
    const { copy } = startTwoStores();
    await expect(copy(from)).rejects.toMatchObject(refusal(/holds no data of Kinpass yet/));
    const two = await start(from);
    await two.copy(from);
    await expect(two.copy(to)).rejects.toMatchObject(
      refusal(/incomplete copy of .* cannot be copied itself/),
    );
  });
});

describe.skipIf(!postgresUrl)('a copy is refused', () => {
  test('into a database of a newer version', async () => {
    const toPostgres = await start('sqlite');
    const { store } = toPostgres.settings.postgres;
    await (await toPostgres.open('postgres')).close();
    if (store.kind !== 'postgres') throw new Error('not a PostgreSQL database');
    const client = await connect(store.schema);
    await client.query('INSERT INTO schema_versions (version, serves) VALUES (99, 1)');
    await expect(toPostgres.copy('sqlite')).rejects.toMatchObject(
      refusal(/has schema 99; .* version of Kinpass that wrote it/),
    );

    const toSqlite = await start('postgres');
    await (await toSqlite.open('sqlite')).close();
    const connection = new DatabaseSync(fileOf(toSqlite));
    connection.exec('PRAGMA user_version = 99');
    connection.close();
    await expect(toSqlite.copy('postgres')).rejects.toMatchObject(
      refusal(/has schema 99, written by a newer Kinpass/),
    );
  });

  test('once another run has begun, or has cut over', async () => {
    const { using, withCopy, cutOver: cutOverFrom } = await start('sqlite');
    await withCopy('sqlite', async (slow) => {
      await bringChanges(slow, systemClock, silent);
      await using('sqlite', (stores) => addViewer(stores, 'ben', now));
      await withCopy('sqlite', (copy) =>
        copy.target.receive(copy.sealed, markOf('arriving', copy.source, systemClock)),
      );
      const late = () => bringOnce(slow, now, systemClock, silent);
      await expect(late()).rejects.toMatchObject(refusal(/Another run of kinpass store copy has taken over/));
      await cutOverFrom('sqlite');
      await using('postgres', (stores) => addViewer(stores, 'chloe', now));
      await expect(late()).rejects.toMatchObject(refusal(/has taken over/));
      await expect(slow.target.serve()).rejects.toMatchObject(refusal(/has taken over/));
      expect(await using('postgres', (stores) => stores.accounts.find('chloe'))).toBeDefined();
    });
  });

  test('into a file that another process has open', async () => {
    const { open, copy } = await start('postgres');
    await using gateway = await open('sqlite');
    await expect(copy('postgres')).rejects.toMatchObject(refusal(/is used by another process/));
    await gateway.ping();
  });
});

const fileOf = ({ settings: { sqlite } }: TwoStores): string =>
  sqlite.store.kind === 'sqlite' ? sqlite.store.file : '';
