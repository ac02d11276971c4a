import type { LeaseStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createLeaseStore = ({ leases }: Tables): LeaseStore => ({
  async acquire({ name, owner, until, now }) {
    const lease = leases.get(name, now);
    // One that would end more than a second after this one was taken before the clock was set back.
    const isHeld = lease !== undefined && lease.until <= until + 1_000;
    if (isHeld && lease.owner !== owner) return false;
    leases.set(name, { owner, until }, until);
    return true;
  },
  async renew({ name, owner, until }) {
    if (ownerOf({ leases }, name) !== owner) return false;
    leases.set(name, { owner, until }, until);
    return true;
  },
  async release({ name, owner }) {
    if (ownerOf({ leases }, name) === owner) leases.delete(name);
  },
});

/** The last owner, even if the lease has expired. */
export const ownerOf = ({ leases }: Pick<Tables, 'leases'>, name: string): string | undefined =>
  leases.get(name, Number.NEGATIVE_INFINITY)?.owner;
