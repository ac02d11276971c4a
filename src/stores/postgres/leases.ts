import type { LeaseStore } from '../expiring-ports.ts';
import type { Database } from './database.ts';
import { command, count } from './statement.ts';

/**
 * Rivals are on machines whose clocks differ: a lease lasts for a time by the clock of the database. One that
 * ends more than a second after this one would was taken before that clock was set back.
 */
export const createLeaseStore = ({ database }: { readonly database: Database }): LeaseStore => ({
  acquire: async ({ name, owner, until, now }) =>
    (await database.run(acquire({ name, owner, duration: until - now }))) === 1,
  renew: async ({ name, owner, until, now }) =>
    (await database.run(renew({ name, owner, duration: until - now }))) === 1,
  release: ({ name, owner }) => database.run(release({ name, owner })),
});

const acquire = count(
  `INSERT INTO leases (name, owner, expires_at)
    VALUES (:name, :owner, clock_timestamp() + :duration * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
      WHERE leases.owner = excluded.owner OR leases.expires_at <= clock_timestamp()
        OR leases.expires_at > excluded.expires_at + interval '1 second'
    RETURNING name`,
);

const renew = count(
  `UPDATE leases SET expires_at = clock_timestamp() + :duration * interval '1 millisecond'
    WHERE name = :name AND owner = :owner RETURNING name`,
);

const release = command('DELETE FROM leases WHERE name = :name AND owner = :owner');
