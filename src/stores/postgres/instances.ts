import { z } from 'zod';
import type { InstanceStore } from '../ports.ts';
import type { Database } from './database.ts';
import { command, one } from './statement.ts';

export const instanceRow = z.object({
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

export const createInstanceStore = ({ database }: { readonly database: Database }): InstanceStore => ({
  add: (instance) => database.run(add({ ...instance })),
  find: (id) => database.run(byId({ id })),
  // Nothing unbinds an instance: what is read after the attempt is final.
  bindDevice: async (id, device) => {
    const [, instance] = await database.transact(bind({ id, device }), byId({ id }));
    return instance?.device ?? undefined;
  },
  seen: (id, now) => database.run(seen({ id, now })),
});

const add = command(
  `INSERT INTO instances
      (id, app, origin, secret_hash, statement_hash, redirect_uri, device, first_viewer, created_at, seen_at)
    VALUES (:id, :app, :origin, :secretHash, :statementHash, :redirectUri, :device, :firstViewer, :createdAt, :seenAt)`,
);

const byId = one('SELECT * FROM instances WHERE id = :id', instanceRow);

const bind = command('UPDATE instances SET device = :device WHERE id = :id AND device IS NULL');

const seen = command('UPDATE instances SET seen_at = :now WHERE id = :id AND seen_at < :now');
