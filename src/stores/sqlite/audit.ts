import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { chained, entryText, parseEntry } from '../audit-chain.ts';
import type { AuditEntry, AuditRecord, AuditStore } from '../audit-ports.ts';
import type { Database } from './database.ts';

const row = z.object({ seq: z.int(), entry: z.string() });

/** An entry is stored as it is exported, so that what is hashed is what is stored. */
export const createAuditStore = ({ database }: { readonly database: Database }): AuditStore => {
  const append = createAppendAudit(database);
  const page = database.all('SELECT seq, entry FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit', row);
  return {
    append: (record) => database.transact(() => append(record)),
    list: ({ after, limit }) => database.run(() => page({ after, limit }).map(readEntry)),
  };
};

/** Appends an entry; part of the transaction that makes the change. */
export const createAppendAudit = (database: Database) => {
  const last = database.one('SELECT seq, entry FROM audit ORDER BY seq DESC LIMIT 1', row);
  const insert = database.command('INSERT INTO audit (seq, entry) VALUES (:seq, :entry)');
  return (record: AuditRecord): AuditEntry => {
    const found = last({});
    const entry = chained(record, found && readEntry(found));
    insert({ seq: entry.seq, entry: entryText(entry) });
    return entry;
  };
};

const readEntry = ({ seq, entry }: z.infer<typeof row>): AuditEntry => {
  const parsed = parseEntry(entry);
  if (parsed) return parsed;
  throw fail('audit_broken', { hint: `entry ${seq} cannot be read` });
};
