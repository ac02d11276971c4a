import { z } from 'zod';
import type { SignIn, SignInStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';
import { createRemoveGrant } from './grants.ts';
import { createOpenSignIn } from './open-sign-in.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const row = z.object({
  grant: z.string(),
  app: z.string(),
  family: z.string(),
  instance: z.string(),
  viewer: z.string(),
  provider: z.string().nullable(),
  provenAt: z.int(),
  createdAt: z.int(),
  idleAt: z.int(),
});
const columns = `grant_id AS "grant", app, family, instance, viewer, provider, proven_at AS provenAt,
  created_at AS createdAt, idle_at AS idleAt`;

export const createFindSignIn = (database: Database) =>
  database.one(`SELECT ${columns} FROM sign_ins WHERE grant_id = :grant`, row);

export const createSignInStore = ({ database, seal }: Deps): SignInStore => {
  const insert = database.command(
    `INSERT INTO sign_ins (grant_id, app, family, instance, viewer, provider, proven_at, created_at, idle_at)
      VALUES (:grant, :app, :family, :instance, :viewer, :provider, :provenAt, :createdAt, :idleAt)
      ON CONFLICT (grant_id) DO NOTHING`,
  );
  const byGrant = createFindSignIn(database);
  const page = database.all(
    `SELECT rowid AS position, ${columns} FROM sign_ins WHERE rowid > :after ORDER BY rowid LIMIT :limit`,
    row.extend({ position: z.int() }),
  );
  const remove = database.one(
    'DELETE FROM sign_ins WHERE grant_id = :grant RETURNING grant_id AS "grant"',
    row.pick({ grant: true }),
  );
  const record = (signIn: SignIn): void => insert({ ...signIn });
  const removeGrant = createRemoveGrant(database);
  const recordChange = createRecordChange(database);

  return {
    record: (signIn) => database.transact(() => record(signIn)),
    open: createOpenSignIn({ database, seal }, record),
    find: (grant) => database.run(() => byGrant({ grant })),
    end: (grant, now) =>
      database.transact(() => {
        removeGrant(grant);
        if (remove({ grant })) recordChange('sign-in', grant, now);
      }),
    list: ({ limit, after = 0 }) => database.run(() => page({ limit, after })),
  };
};
