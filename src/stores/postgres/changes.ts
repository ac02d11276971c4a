import { z } from 'zod';
import { changeRow } from '../change-row.ts';
import type { ChangeKind, ChangeStore } from '../expiring-ports.ts';
import { failureOf } from '../failure.ts';
import type { StoreObserver } from '../observer.ts';
import type { Database } from './database.ts';
import { lock } from './locks.ts';
import { all, command, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly observer: Pick<StoreObserver, 'toldTime'>;
}

/**
 * A change has no position until it is read: the first reader that sees it gives it the next one, and readers take turns at
 * that. A position is therefore never lower than one that anybody has read, however late the transaction that made the
 * change ended; and nobody waits for a transaction that is still open, ours or a stranger's.
 */
export const createChangeStore = ({ database, observer }: Deps): ChangeStore => {
  const { run, transact } = database.within(maxWait);
  return {
    record: ({ kind, id, at }) => database.run(insert({ kind, id, at })),
    latest: async () => {
      const latest = await unlessReadOnly(
        async () => (await transact(lock('changes'), givePositions({}), latestPosition({})))[2],
        () => run(latestPosition({})),
      );
      return latest?.position ?? 0;
    },
    since: async (position, limit) => {
      const told = await run(news({ position }));
      if (told) observer.toldTime(told.time);
      if (!told?.fresh) return [];
      return unlessReadOnly(
        async () => (await transact(lock('changes'), givePositions({}), since({ position, limit })))[2],
        async (refusal) => {
          const [page, fresh] = await transact(since({ position, limit }), unnumbered({ limit }));
          if (page.length === limit) return page;
          if (page.length + fresh.length >= limit) throw refusal;
          const last = page.at(-1)?.position ?? position;
          return [...page, ...fresh.map((change) => ({ ...change, position: last }))];
        },
      );
    },
  };
};

/** Milliseconds: after a second without a read no cache is trusted, and it is better to try again. */
const maxWait = 1_000;

/**
 * A read-only server assigns no positions and records no changes. Changes without a position are then returned by each read,
 * as long as they fit into a page.
 */
const unlessReadOnly = async <T>(
  numbering: () => Promise<T>,
  reading: (refusal: unknown) => Promise<T>,
): Promise<T> => {
  try {
    return await numbering();
  } catch (error) {
    if (failureOf(error) !== 'read-only') throw error;
    return reading(error);
  }
};

/** Records a change; part of the transaction that makes it. `source` returns the columns id and at. */
export const insertChange = (kind: ChangeKind, source: string): string =>
  `INSERT INTO changes (kind, id, at) SELECT '${kind}', ${source}`;

const insert = command('INSERT INTO changes (kind, id, at) VALUES (:kind, :id, :at)');

const news = one(
  `SELECT EXISTS (SELECT FROM changes WHERE position IS NULL OR position > :position) AS fresh,
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS time`,
  z.object({ fresh: z.boolean(), time: z.int() }),
);

const givePositions = command(
  `UPDATE changes SET position = given.position
    FROM (
      SELECT number, nextval('change_positions') AS position
      FROM (SELECT number FROM changes WHERE position IS NULL ORDER BY number) AS fresh
    ) AS given
    WHERE changes.number = given.number`,
);

const since = all(
  'SELECT * FROM changes WHERE position > :position ORDER BY position LIMIT :limit',
  changeRow,
);

const unnumbered = all(
  'SELECT * FROM changes WHERE position IS NULL ORDER BY number LIMIT :limit',
  changeRow.omit({ position: true }),
);

const latestPosition = one(
  'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS position FROM change_positions',
  changeRow.pick({ position: true }),
);
