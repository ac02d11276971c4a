import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { CredentialPair, CredentialStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { adopt } from './adopt.ts';
import { insertChange } from './changes.ts';
import type { Database } from './database.ts';
import { lock } from './locks.ts';
import { command, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Whoever changes which pairs an instance has holds the lock of its credentials. */
export const createCredentialStore = ({ database, seal }: Deps): CredentialStore => {
  const sealed = (pair: CredentialPair) => sealPair(seal, pair);
  const opened = (row: PairRow | undefined) => row && openPair(seal, row);

  return {
    find: async ({ instance, holder }) => opened(await database.run(find({ instance, holder }))),
    byId: async (id) => opened(await database.run(byId({ id }))),
    add: async (pair) => {
      const [, stored] = await database.transact(lock('credentials', pair.instance), add(sealed(pair)));
      return opened(stored) ?? pair;
    },
    replace: async (old, pair) => {
      const [, , stored] = await database.transact(
        lock('credentials', pair.instance),
        lockPair({ id: old }),
        replace({ ...sealed(pair), old }),
      );
      return opened(stored) ?? pair;
    },
    adopt: async (instance, viewer, now) => {
      const [, adopted] = await database.transact(
        lock('credentials', instance),
        adopt({ instance, viewer, now }),
      );
      return adopted === 1;
    },
    bring: async (key) => {
      const [, , held] = await database.transact(
        lock('credentials', key.to),
        lockPairsOf({ viewer: key.viewer }),
        bring({ ...key }),
      );
      return opened(held);
    },
  };
};

export const pairRow = z.object({
  id: z.string(),
  sealedSecret: z.string(),
  instance: z.string(),
  holder: z.string(),
  createdAt: z.int(),
});
type PairRow = z.infer<typeof pairRow>;

export const openPair = (seal: Seal, { sealedSecret, ...pair }: PairRow): CredentialPair => ({
  ...pair,
  secret: seal.open(sealedSecret, contextOf(pair)),
});

export const sealPair = (seal: Pick<Seal, 'seal'>, pair: CredentialPair) => ({
  ...pair,
  secret: seal.seal(pair.secret, contextOf(pair)),
});

const contextOf = ({ id }: Pick<CredentialPair, 'id'>): string =>
  compositeKey('credentials', 'sealed_secret', id);

const find = one('SELECT * FROM credentials WHERE instance = :instance AND holder = :holder', pairRow);
const byId = one('SELECT * FROM credentials WHERE id = :id', pairRow);

const lockPair = command('SELECT FROM credentials WHERE id = :id FOR UPDATE');
const lockPairsOf = command(
  "SELECT FROM credentials WHERE holder = :viewer AND holder <> '' ORDER BY id FOR UPDATE",
);

/** What is there stays; it is written as it is, since only so is it returned. An instance is known to have had a pair. */
const insert = (source: string): string =>
  `INSERT INTO credentials (id, sealed_secret, instance, holder, created_at)
    SELECT :id, :secret, :instance, :holder, :createdAt::bigint ${source}
    ON CONFLICT (instance, holder) DO UPDATE SET holder = excluded.holder
    RETURNING *`;
const paired = (instance: string): string =>
  `UPDATE instances SET had_pair = true WHERE id = ${instance} AND NOT had_pair`;

const add = one(`WITH paired AS (${paired(':instance')}) ${insert('')}`, pairRow);

/** The holder is the old pair's current one: it may have been adopted during the registration. */
const replace = one(
  `WITH replaced AS (
      UPDATE credentials SET id = :id, sealed_secret = :secret, created_at = :createdAt, imported = false
      WHERE id = :old RETURNING *
    ), told AS (${insertChange('credentials', ':old, :createdAt::bigint WHERE EXISTS (SELECT FROM replaced)')}),
    paired AS (${paired(':instance')}),
    added AS (${insert('WHERE NOT EXISTS (SELECT FROM replaced)')})
    SELECT * FROM replaced UNION ALL SELECT * FROM added`,
  pairRow,
);

const bring = one(
  `WITH held AS (
      SELECT * FROM credentials WHERE instance = :to AND holder = :viewer
    ), elsewhere AS (
      SELECT credentials.id FROM credentials JOIN instances ON instances.id = credentials.instance
      WHERE credentials.holder = :viewer AND credentials.holder <> '' AND instances.id <> :to
        AND instances.app = :app AND instances.device = :device AND NOT EXISTS (SELECT FROM held)
        AND NOT EXISTS (SELECT FROM revocations WHERE kind = 'instance' AND revocations.id = instances.id)
      ORDER BY instances.created_at, instances.position LIMIT 1
    ), moved AS (
      UPDATE credentials SET instance = :to, imported = false WHERE id = (SELECT id FROM elsewhere) RETURNING *
    ), told AS (${insertChange('credentials', 'id, :now::bigint FROM moved')}),
    paired AS (${paired('(SELECT instance FROM moved)')})
    SELECT * FROM held UNION ALL SELECT * FROM moved`,
  pairRow,
);
