import { z } from 'zod';
import type { KeyFileStore } from '../key-ports.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lock } from './locks.ts';
import { all, command } from './statement.ts';

export const createKeyFileStore = ({ database }: { readonly database: Database }): KeyFileStore => ({
  list: () => database.run(list({})),
  change: async (steps, now) => {
    const [, stopped] = await database.transact(
      lock('key-files'),
      unlessChanged({ steps }),
      remove({ steps }),
      put({ steps }),
      tell({ steps, now }),
    );
    return stopped === 0;
  },
});

const list = all(
  'SELECT name, sealed_text AS sealed FROM key_files ORDER BY name',
  z.object({ name: z.string(), sealed: z.string() }),
);

const steps = `json_to_recordset(:steps::json) AS step (name text, before text, after text)`;

const unlessChanged = stopUnless(
  `NOT EXISTS (SELECT FROM ${steps} LEFT JOIN key_files ON key_files.name = step.name
    WHERE key_files.sealed_text IS DISTINCT FROM step.before)`,
);

const remove = command(
  `DELETE FROM key_files USING ${steps} WHERE key_files.name = step.name AND step.after IS NULL AND ${going}`,
);

const put = command(
  `INSERT INTO key_files (name, sealed_text) SELECT step.name, step.after FROM ${steps}
    WHERE step.after IS NOT NULL AND ${going}
    ON CONFLICT (name) DO UPDATE SET sealed_text = excluded.sealed_text`,
);

const tell = command(
  `INSERT INTO changes (kind, id, at)
    SELECT 'keys', step ->> 'name', :now::bigint
    FROM json_array_elements(:steps::json) WITH ORDINALITY AS made (step, place)
    WHERE ${going} ORDER BY place`,
);
