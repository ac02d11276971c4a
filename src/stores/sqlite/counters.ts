import { z } from 'zod';
import type { CounterStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Pick<Seal, 'index'>;
}

export const createCounterStore = ({ database, seal }: Deps): CounterStore => {
  const add = database.one(
    `INSERT INTO counters (key_hash, count, expires_at) VALUES (:key, max(0, :by), :now + :window)
      ON CONFLICT (key_hash) DO UPDATE SET
        count = max(0, iif(expires_at > :now, count, 0) + :by),
        expires_at = iif(expires_at > :now, expires_at, excluded.expires_at)
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
