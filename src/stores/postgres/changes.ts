import { z } from 'zod';
import type { ChangeKind, ChangeStore } from '../expiring-ports.ts';
import type { Database } from './database.ts';
import { lock } from './locks.ts';
import { all, command, count, one } from './statement.ts';

/**
 * A change has no position until it is read: the first reader that sees it gives it the next one, and readers take turns at
 * that. A position is therefore never lower than one that anybody has read, however late the transaction that made the
 * change ended; and nobody waits for a transaction that is still open, ours or a stranger's.
 */
export const createChangeStore = ({ database }: { readonly database: Database }): ChangeStore => ({
  latest: async () => {
    const [, , latest] = await database.transact(lock('changes'), givePositions({}), latestPosition({}));
    return latest?.position ?? 0;
  },
  since: async (position, limit) => {
    if ((await database.run(news({ position }))) === 0) return [];
    const [, , page] = await database.transact(
      lock('changes'),
      givePositions({}),
      since({ position, limit }),
    );
    return page;
  },
});

/** Records a change; part of the transaction that makes it. `source` returns the columns id and at. */
export const insertChange = (kind: ChangeKind, source: string): string =>
  `INSERT INTO changes (kind, id, at) SELECT '${kind}', ${source}`;

const row = z.object({
  position: z.int(),
  kind: z.enum(['account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials', 'keys']),
  id: z.string(),
  at: z.int(),
});

const news = count('SELECT FROM changes WHERE position IS NULL OR position > :position LIMIT 1');

const givePositions = command(
  `UPDATE changes SET position = given.position
    FROM (
      SELECT number, nextval('change_positions') AS position
      FROM (SELECT number FROM changes WHERE position IS NULL ORDER BY number) AS fresh
    ) AS given
    WHERE changes.number = given.number`,
);

const since = all('SELECT * FROM changes WHERE position > :position ORDER BY position LIMIT :limit', row);

const latestPosition = one(
  'SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS position FROM change_positions',
  row.pick({ position: true }),
);
