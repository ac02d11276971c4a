import { z } from 'zod';
import { fail } from '#src/lib/errors';
import type { Seal } from '../seal.ts';
import { sealCheck } from '../seal-check.ts';
import type { Database } from './database.ts';
import { count, one } from './statement.ts';

/** The first process stores a sealed word: a key that cannot open it is the wrong one. Errors: store_invalid. */
export const checkSeal = async (database: Database, seal: Seal, place: string): Promise<void> => {
  const kept = await database.run(keep({ sealed: seal.seal(sealCheck.word, sealCheck.context) }));
  try {
    if (kept) seal.open(kept.sealed, sealCheck.context);
  } catch (cause) {
    throw fail('store_invalid', {
      field: 'keys.directory',
      hint: `What ${place} holds was sealed with another key. Restore the key that belongs to it.`,
      cause,
    });
  }
};

/** Whether any process has done that. */
export const isSealed = async (database: Database): Promise<boolean> => (await database.run(find({}))) > 0;

const find = count('SELECT FROM seal_checks');

const keep = one(
  `INSERT INTO seal_checks (sealed) VALUES (:sealed)
    ON CONFLICT (one) DO UPDATE SET sealed = seal_checks.sealed RETURNING sealed`,
  z.object({ sealed: z.string() }),
);
