import { z } from 'zod';
import type { LeaseStore } from '../expiring-ports.ts';
import type { Database } from './database.ts';

/**
 * One that would end more than a second after one that is taken now was taken before the clock was set back: nobody waits
 * for its end.
 */
export const createLeaseStore = ({ database }: { readonly database: Database }): LeaseStore => {
  const acquire = database.one(
    `INSERT INTO leases (name, owner, expires_at) VALUES (:name, :owner, :until)
      ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
        WHERE owner = excluded.owner OR expires_at <= :now OR expires_at > :until + 1000
      RETURNING name`,
    z.object({ name: z.string() }),
  );
  const renew = database.one(
    'UPDATE leases SET expires_at = :until WHERE name = :name AND owner = :owner RETURNING name',
    z.object({ name: z.string() }),
  );
  const release = database.command('DELETE FROM leases WHERE name = :name AND owner = :owner');
  return {
    acquire: (lease) => database.transact(() => acquire({ ...lease }) !== undefined),
    renew: ({ name, owner, until }) => database.transact(() => renew({ name, owner, until }) !== undefined),
    release: ({ name, owner }) => database.transact(() => release({ name, owner })),
  };
};
