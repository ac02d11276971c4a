import { chained } from '../audit-chain.ts';
import type { AuditEntry, AuditRecord, AuditStore } from '../audit-ports.ts';
import type { Tables } from './tables.ts';

export const appendAudit = ({ audit }: Tables, record: AuditRecord): AuditEntry => {
  const entry = chained(structuredClone(record), audit.at(-1));
  audit.push(entry);
  return entry;
};

/** Entries are copied, so that callers cannot change them through a shared object. */
export const createAuditStore = (tables: Tables): AuditStore => ({
  append: async (record) => structuredClone(appendAudit(tables, record)),
  list: async ({ after, limit }) =>
    structuredClone(tables.audit.filter(({ seq }) => seq > after).slice(0, limit)),
});
