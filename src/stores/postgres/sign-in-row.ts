import { z } from 'zod';
import { going } from './gate.ts';
import { command } from './statement.ts';

export const signInRow = z.object({
  grant: z.string(),
  app: z.string(),
  family: z.string(),
  instance: z.string(),
  viewer: z.string(),
  provider: z.string().nullable(),
  provenAt: z.int(),
  createdAt: z.int(),
  idleAt: z.int(),
});

/** Part of a transaction that holds the locks of the account and of the instance, so that neither is being revoked. */
export const recordSignIn = command(
  `INSERT INTO sign_ins (grant_id, app, family, instance, viewer, provider, proven_at, created_at, idle_at)
    SELECT :grant, :app, :family, :instance, :viewer, :provider, :provenAt::bigint, :createdAt::bigint,
      :idleAt::bigint
    WHERE ${going}
    ON CONFLICT (grant_id) DO NOTHING`,
);
