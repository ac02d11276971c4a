import { changeRow } from '../change-row.ts';
import type { ChangeKind, ChangeStore } from '../expiring-ports.ts';
import type { Database } from './database.ts';

export const createChangeStore = ({ database }: { readonly database: Database }): ChangeStore => {
  const latest = database.one(
    "SELECT coalesce(max(seq), 0) AS position FROM sqlite_sequence WHERE name = 'changes'",
    changeRow.pick({ position: true }),
  );
  const since = database.all(
    'SELECT position, kind, id, at FROM changes WHERE position > :position ORDER BY position LIMIT :limit',
    changeRow,
  );
  const record = createRecordChange(database);
  return {
    record: ({ kind, id, at }) => database.transact(() => record(kind, id, at)),
    latest: () => database.run(() => latest({})?.position ?? 0),
    since: (position, limit) => database.run(() => since({ position, limit })),
  };
};

/** Records a change; part of the transaction that makes it. */
export const createRecordChange = (database: Database) => {
  const insert = database.command('INSERT INTO changes (kind, id, at) VALUES (:kind, :id, :at)');
  return (kind: ChangeKind, id: string, at: number): void => insert({ kind, id, at });
};
