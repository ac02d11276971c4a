import { z } from 'zod';
import type { CounterStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { latestEnd, moment } from './moment.ts';
import { one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Pick<Seal, 'index'>;
}

export const createCounterStore = ({ database, seal }: Deps): CounterStore => ({
  add: async (counters, now) => {
    const counted = await database.transact(
      ...counters.map(({ key, by, window }) =>
        add({ key: seal.index(key, 'counters/key'), by, window, now }),
      ),
    );
    return counters.map(({ window }, index) => counted[index] ?? { count: 0, until: now + window });
  },
});

const isRunning = `counters.expires_at > ${moment} AND counters.expires_at <= ${latestEnd}`;

const add = one(
  `INSERT INTO counters (key_hash, count, expires_at) VALUES (:key, greatest(0, :by::bigint), ${moment} + :window)
    ON CONFLICT (key_hash) DO UPDATE SET
      count = greatest(0, CASE WHEN ${isRunning} THEN counters.count ELSE 0 END + :by),
      expires_at = CASE WHEN ${isRunning} THEN counters.expires_at ELSE excluded.expires_at END
    RETURNING count, expires_at AS until`,
  z.object({ count: z.int(), until: z.int() }),
);
