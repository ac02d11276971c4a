import { z } from 'zod';
import type { Instance, InstanceStore } from '../ports.ts';
import type { Database } from './database.ts';

const row = z.object({
  id: z.string(),
  app: z.string(),
  origin: z.enum(['registered', 'signed-in']),
  secretHash: z.string().nullable(),
  statementHash: z.string().nullable(),
  redirectUri: z.string().nullable(),
  device: z.string().nullable(),
  firstViewer: z.string().nullable(),
  createdAt: z.int(),
  seenAt: z.int(),
});
const columns = `id, app, origin, secret_hash AS secretHash, statement_hash AS statementHash,
  redirect_uri AS redirectUri, device, first_viewer AS firstViewer, created_at AS createdAt, seen_at AS seenAt`;

export const createFindInstance = (database: Database) =>
  database.one(`SELECT ${columns} FROM instances WHERE id = :id`, row);

export const createAddInstance = (database: Database): ((instance: Instance) => void) => {
  const insert = database.command(
    `INSERT INTO instances
        (id, app, origin, secret_hash, statement_hash, redirect_uri, device, first_viewer, created_at, seen_at)
      VALUES (:id, :app, :origin, :secretHash, :statementHash, :redirectUri, :device, :firstViewer, :createdAt, :seenAt)`,
  );
  return (instance) => insert({ ...instance });
};

export const createInstanceSeen = (database: Database) =>
  database.command('UPDATE instances SET seen_at = :now WHERE id = :id AND seen_at < :now');

export const createInstanceStore = ({ database }: { readonly database: Database }): InstanceStore => {
  const add = createAddInstance(database);
  const seen = createInstanceSeen(database);
  const byId = createFindInstance(database);
  const bind = database.command('UPDATE instances SET device = :device WHERE id = :id AND device IS NULL');

  return {
    add: (instance) => database.transact(() => add(instance)),
    find: (id) => database.run(() => byId({ id })),
    // Nothing unbinds an instance: what is read after the attempt is final.
    bindDevice: (id, device) =>
      database.transact(() => {
        bind({ id, device });
        return byId({ id })?.device ?? undefined;
      }),
    seen: (id, now) => database.transact(() => seen({ id, now })),
  };
};
