import { z } from 'zod';
import type { CounterStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Pick<Seal, 'index'>;
}

/** One that ends more than a second after a new one was begun before the clock was set back: it counts from 0 again. */
export const createCounterStore = ({ database, seal }: Deps): CounterStore => {
  const add = database.one(
    `INSERT INTO counters (key_hash, count, expires_at) VALUES (:key, max(0, :by), :now + :window)
      ON CONFLICT (key_hash) DO UPDATE SET
        count = max(0, iif(expires_at BETWEEN :now + 1 AND :now + :window + 1000, count, 0) + :by),
        expires_at = iif(expires_at BETWEEN :now + 1 AND :now + :window + 1000, expires_at, excluded.expires_at)
      RETURNING count, expires_at AS until`,
    z.object({ count: z.int(), until: z.int() }),
  );
  return {
    add: (counters, now) =>
      database.transact(() =>
        counters.map(({ key, by, window }) => {
          const counted = add({ key: seal.index(key, 'counters/key'), by, window, now });
          return counted ?? { count: 0, until: now + window };
        }),
      ),
  };
};
