import type { Clock } from '#src/lib/clock';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Removes expired rows in small steps with each write: more than are added, too few to be noticed. */
export interface Expiry {
  afterWrite(): Promise<void>;
}

const writesPerStep = 50;
const removedPerStep = 100;

export const createExpiry = ({ database, clock }: Deps): Expiry => {
  const steps = ['records', 'artifacts'].map((table) =>
    database.command(
      `DELETE FROM ${table} WHERE rowid IN
        (SELECT rowid FROM ${table} WHERE expires_at <= :now ORDER BY expires_at LIMIT ${removedPerStep})`,
    ),
  );
  let writes = 0;

  return {
    async afterWrite() {
      writes += 1;
      if (writes % writesPerStep !== 0) return;
      for (const step of steps) {
        // The write has succeeded and must not fail now; the rows are removed another time.
        await database.run(() => step({ now: clock.now() })).catch(() => undefined);
      }
    },
  };
};
