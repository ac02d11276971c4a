import type { Stores } from '../ports.ts';
import { removeGrant } from './grants.ts';
import type { Tables } from './tables.ts';

/** Changes are read at least once a second; an hour covers a process that was stopped for a while. */
const changesLifetime = 3_600_000;

export const createSweep =
  (tables: Tables): Stores['sweep'] =>
  async ({ now, instancesSeenBefore, limit }) => {
    const { records, artifacts, redeemed, leases, counters, profiles } = tables;
    const { changes, signIns, instances, paired } = tables;
    let removed = 0;
    for (const map of [records, artifacts, redeemed, leases, counters, profiles])
      removed += map.sweep(now, limit);

    const overdue = redeemed.filter(({ answer, answerUntil }) => answer !== null && answerUntil <= now, now);
    for (const [key, kept] of overdue.slice(0, limit))
      redeemed.set(key, { ...kept, answer: null }, kept.expiresAt);
    removed += Math.min(overdue.length, limit);

    const oldChanges = changes.filter(({ at }) => at <= now - changesLifetime).slice(0, limit);
    changes.splice(0, oldChanges.length);

    const idle = [...signIns.values()].filter(({ idleAt }) => idleAt <= now).slice(0, limit);
    for (const { grant } of idle) {
      removeGrant(tables, grant);
      signIns.delete(grant);
    }

    const inUse = new Set([...signIns.values()].map(({ instance }) => instance));
    const unused = [...instances.values()]
      .filter(({ id, seenAt }) => seenAt <= instancesSeenBefore && !paired.has(id) && !inUse.has(id))
      .slice(0, limit);
    for (const { id } of unused) instances.delete(id);
    return removed + oldChanges.length + idle.length + unused.length;
  };
