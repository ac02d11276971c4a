import { z } from 'zod';
import type { PaceStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Pick<Seal, 'index'>;
}

export const createPaceStore = ({ database, seal }: Deps): PaceStore => {
  const first = database.one(
    `INSERT INTO paces (key_hash, accepted_at, interval, expires_at) VALUES (:key, :now, :interval, :expiresAt)
      ON CONFLICT (key_hash) DO UPDATE SET
        accepted_at = excluded.accepted_at,
        interval = iif(expires_at > :now, max(interval, excluded.interval), excluded.interval),
        expires_at = excluded.expires_at
        WHERE expires_at <= :now OR :now - accepted_at >= max(interval, excluded.interval) - :tolerance
      RETURNING key_hash AS key`,
    z.object({ key: z.string() }),
  );
  const slowDown = database.command(
    `UPDATE paces SET interval = max(:interval, min(interval + :penalty, :maxInterval)), expires_at = :expiresAt
      WHERE key_hash = :key`,
  );
  return {
    accept: ({ key, now, pace, expiresAt }) =>
      database.transact(() => {
        const params = { key: seal.index(key, 'paces/key'), now, expiresAt, ...pace };
        if (first(params)) return true;
        slowDown(params);
        return false;
      }),
  };
};
