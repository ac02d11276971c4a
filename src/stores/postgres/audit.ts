import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { chained, entryText, parseEntry } from '../audit-chain.ts';
import type { AuditEntry, AuditRecord, AuditStore } from '../audit-ports.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lock } from './locks.ts';
import { all, command, one, type Statement } from './statement.ts';

/** An entry is stored as it is exported, so that what is hashed is what is stored. */
export const createAuditStore = ({ database }: { readonly database: Database }): AuditStore => ({
  append: async (record) => {
    const entry = await appendWith(database, record, { turn: turnOfLog, condition: always({}), work: [] });
    if (!entry) throw fail('store_invalid', { detail: 'an unconditional entry was not appended' });
    return entry;
  },
  list: async ({ after, limit }) => (await database.run(page({ after, limit }))).map(readEntry),
});

/** What is recorded. */
interface Recorded {
  /** Held while the condition is looked at. */
  readonly turn: Statement<void>;
  /** From `stopUnless`: where it is not met, nothing is appended. */
  readonly condition: Statement<number>;
  readonly work: readonly Statement<unknown>[];
}

/** Rivals at the end of the log: one of them is done in each round. */
const maxRounds = 100;

/**
 * Appends an entry in one transaction with what it records; undefined if the condition is not met. The hash of an entry is
 * made here, from the last one: if a rival was faster, it is made again.
 */
export const appendWith = async (
  database: Database,
  record: AuditRecord,
  { turn, condition, work }: Recorded,
): Promise<AuditEntry | undefined> => {
  let last = await database.run(lastEntry({}));
  for (let round = 0; round < maxRounds; round += 1) {
    const entry = chained(record, last && readEntry(last));
    const [, , moved, refused, , newest] = await database.transact(
      turnOfLog,
      turn,
      unlessMoved({ seq: last?.seq ?? 0 }),
      condition,
      append({ seq: entry.seq, entry: entryText(entry) }),
      lastEntry({}),
      ...work,
    );
    if (moved === 0) return refused === 0 ? entry : undefined;
    last = newest;
  }
  throw fail('gateway_unavailable', { retryAfter: 1, detail: 'rivals kept appending to the audit log' });
};

const turnOfLog = lock('audit');

const row = z.object({ seq: z.int(), entry: z.string() });

const always = stopUnless('true');

const unlessMoved = stopUnless('(SELECT coalesce(max(seq), 0) FROM audit) = :seq');

const append = command(`INSERT INTO audit (seq, entry) SELECT :seq::bigint, :entry WHERE ${going}`);

const lastEntry = one('SELECT seq, entry FROM audit ORDER BY seq DESC LIMIT 1', row);

const page = all('SELECT seq, entry FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit', row);

const readEntry = ({ seq, entry }: z.infer<typeof row>): AuditEntry => {
  const parsed = parseEntry(entry);
  if (parsed) return parsed;
  throw fail('audit_broken', { hint: `entry ${seq} cannot be read` });
};
