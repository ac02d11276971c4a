import type { LeaseStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createLeaseStore = ({ leases }: Tables): LeaseStore => ({
  async acquire({ name, owner, until, now }) {
    const holder = leases.get(name, now);
    if (holder !== undefined && holder !== owner) return false;
    leases.set(name, owner, until);
    return true;
  },
  async release({ name, owner }) {
    if (leases.get(name, Number.NEGATIVE_INFINITY) === owner) leases.delete(name);
  },
});
