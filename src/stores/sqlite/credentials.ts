import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { CredentialPair, CredentialStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const row = z.object({
  id: z.string(),
  secret: z.string(),
  instance: z.string(),
  holder: z.string(),
  createdAt: z.int(),
});
const columns = 'id, sealed_secret AS secret, instance, holder, created_at AS createdAt';

/** `CredentialStore.adopt`; part of a transaction. */
export const createAdopt = (database: Database) => {
  const recordChange = createRecordChange(database);
  const becomeFirst = database.one(
    `UPDATE instances SET first_viewer = :viewer
      WHERE id = :instance AND first_viewer IS NULL RETURNING id`,
    z.object({ id: z.string() }),
  );
  // OR IGNORE: a viewer who already has a pair on the instance keeps it. An imported one waits for them on another.
  const takeOver = database.one(
    `UPDATE OR IGNORE credentials SET holder = :viewer WHERE instance = :instance AND holder = ''
      AND NOT EXISTS (SELECT 1 FROM instances AS here
        JOIN instances AS there ON there.device = here.device AND there.app = here.app AND there.id <> here.id
        JOIN credentials AS waiting ON waiting.instance = there.id AND waiting.holder = :viewer
        WHERE here.id = :instance AND waiting.imported = 1)
      RETURNING id`,
    z.object({ id: z.string() }),
  );
  return (instance: string, viewer: string, now: number): boolean => {
    const first = becomeFirst({ instance, viewer }) !== undefined;
    const taken = first ? takeOver({ instance, viewer }) : undefined;
    if (taken) recordChange('credentials', taken.id, now);
    return first;
  };
};

/** The pairs on an instance that the viewer or nobody holds. */
export const createFindPairs = ({ database, seal }: Deps) => {
  const find = database.all(
    `SELECT ${columns} FROM credentials WHERE instance = :instance AND holder IN ('', :viewer)`,
    row,
  );
  return (key: { readonly instance: string; readonly viewer: string }): CredentialPair[] =>
    find(key).map((pair) => ({ ...pair, secret: seal.open(pair.secret, contextOf(pair)) }));
};

export const createCredentialStore = ({ database, seal }: Deps): CredentialStore => {
  const { find, byId, insert, replace, elsewhere, move } = statements(database);
  const recordChange = createRecordChange(database);
  const adopt = createAdopt(database);

  const sealed = (pair: CredentialPair) => sealPair(seal, pair);
  const opened = (pair: CredentialPair | undefined): CredentialPair | undefined =>
    pair && { ...pair, secret: seal.open(pair.secret, contextOf(pair)) };

  const addUnlessThere = (pair: CredentialPair): CredentialPair => {
    const { instance, holder } = pair;
    const stored = opened(find({ instance, holder }));
    if (!stored) insert(sealed(pair));
    return stored ?? pair;
  };

  return {
    find: ({ instance, holder }) => database.run(() => opened(find({ instance, holder }))),
    byId: (id) => database.run(() => opened(byId({ id }))),
    add: (pair) => database.transact(() => addUnlessThere(pair)),
    // The holder is the old pair's current one: it may have been adopted during the registration.
    replace: (old, pair) =>
      database.transact(() => {
        const { id, secret, createdAt } = sealed(pair);
        const replaced = opened(replace({ old, id, secret, createdAt }));
        if (replaced) recordChange('credentials', old, createdAt);
        return replaced ?? addUnlessThere(pair);
      }),
    adopt: (instance, viewer, now) => database.transact(() => adopt(instance, viewer, now)),
    bring: ({ app, device, viewer, to, now }) =>
      database.transact(() => {
        const held = find({ instance: to, holder: viewer });
        const other = held ? undefined : elsewhere({ app, device, viewer, to });
        if (other) recordChange('credentials', other.id, now);
        return opened(held ?? (other && move({ id: other.id, to })));
      }),
  };
};

const statements = (database: Database) => ({
  find: database.one(
    `SELECT ${columns} FROM credentials WHERE instance = :instance AND holder = :holder`,
    row,
  ),
  byId: database.one(`SELECT ${columns} FROM credentials WHERE id = :id`, row),
  insert: database.command(
    `INSERT INTO credentials (id, sealed_secret, instance, holder, created_at)
      VALUES (:id, :secret, :instance, :holder, :createdAt)`,
  ),
  replace: database.one(
    `UPDATE credentials SET id = :id, sealed_secret = :secret, created_at = :createdAt, imported = 0
      WHERE id = :old RETURNING ${columns}`,
    row,
  ),
  elsewhere: database.one(
    `SELECT credentials.id FROM credentials JOIN instances ON instances.id = credentials.instance
      WHERE credentials.holder = :viewer AND credentials.holder <> '' AND instances.id <> :to
        AND instances.app = :app AND instances.device = :device
        AND NOT EXISTS (SELECT 1 FROM revocations WHERE kind = 'instance' AND revocations.id = instances.id)
      ORDER BY instances.created_at, instances.rowid LIMIT 1`,
    z.object({ id: z.string() }),
  ),
  move: database.one(
    `UPDATE credentials SET instance = :to, imported = 0 WHERE id = :id RETURNING ${columns}`,
    row,
  ),
});

export const sealPair = (seal: Pick<Seal, 'seal'>, pair: CredentialPair) => ({
  ...pair,
  secret: seal.seal(pair.secret, contextOf(pair)),
});

const contextOf = ({ id }: CredentialPair): string => compositeKey('credentials', 'sealed_secret', id);
