import { z } from 'zod';
import type { SignInStore } from '../ports.ts';
import type { Database } from './database.ts';

const row = z.object({
  grant: z.string(),
  app: z.string(),
  instance: z.string(),
  viewer: z.string(),
  createdAt: z.int(),
});

export const createSignInStore = ({ database }: { readonly database: Database }): SignInStore => {
  const insert = database.command(
    `INSERT INTO sign_ins (grant_id, app, instance, viewer, created_at)
      VALUES (:grant, :app, :instance, :viewer, :createdAt) ON CONFLICT (grant_id) DO NOTHING`,
  );
  const byGrant = database.one(
    `SELECT grant_id AS "grant", app, instance, viewer, created_at AS createdAt
      FROM sign_ins WHERE grant_id = :grant`,
    row,
  );
  const move = database.command('UPDATE sign_ins SET instance = :instance WHERE grant_id = :grant');
  const remove = database.command('DELETE FROM sign_ins WHERE grant_id = :grant');
  const removeOfViewer = database.command('DELETE FROM sign_ins WHERE viewer = :viewer');
  const removeOnInstance = database.command('DELETE FROM sign_ins WHERE instance = :instance');

  return {
    record: (signIn) => database.run(() => insert({ ...signIn })),
    find: (grant) => database.run(() => byGrant({ grant })),
    move: (grant, instance) => database.run(() => move({ grant, instance })),
    end: (grant) => database.run(() => remove({ grant })),
    endAll: (of) =>
      database.run(() => ('viewer' in of ? removeOfViewer({ ...of }) : removeOnInstance({ ...of }))),
  };
};
