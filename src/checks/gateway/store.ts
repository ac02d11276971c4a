import type { Stats } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { inspectDatabase } from '#src/stores/sqlite/inspect';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import { judgePostgres } from './postgres-store.ts';

interface Deps {
  readonly store: Config['store'];
  readonly clock: Pick<Clock, 'now'>;
  /** Of the user who runs this command; undefined where users have no ids. */
  readonly uid: number | undefined;
}

const megabyte = 1_000_000;
const minFree = 500 * megabyte;
/** A journal grows while something keeps it from being written back. */
const maxJournal = 100 * megabyte;
/** Reading takes about a second per gigabyte, and the other checks wait meanwhile. */
const maxRead = 2_000 * megabyte;

/** Whether the database can be read, is whole, is this user's alone, and has room to grow. */
export const createStoreCheck = ({ store, clock, uid }: Deps): Check => ({
  id: 'store',
  question: 'Is the database whole, private, and has it room?',
  run: async () => {
    if (store.kind === 'memory') return skipped('The store is in memory.');
    if (store.kind === 'postgres') return judgePostgres(store, clock);
    const file = resolve(store.file);
    const stats = await stat(file).catch(() => undefined);
    if (!stats)
      return skipped(
        `${file} does not exist; the first start creates it in the working directory of the gateway.`,
      );
    return accessFault(file, stats, uid) ?? judge(file, stats);
  },
});

const accessFault = (
  file: string,
  { mode, uid: owner }: Stats,
  uid: number | undefined,
): Outcome | undefined => {
  const facts = { mode: (mode & 0o777).toString(8), owner };
  if (mode & 0o077) return failed(`Other users may read or write ${file}.`, `Run chmod 600 ${file}.`, facts);
  if (uid === undefined || uid === 0 || owner === uid) return undefined;
  const cure = `Run this command as the user of the gateway, or run chown ${uid} ${file}.`;
  return warning(`${file} belongs to another user (${owner}).`, cure, facts);
};

const judge = async (file: string, { size }: Stats): Promise<Outcome> => {
  const readPages = size <= maxRead;
  const { schema, newestSchema, journalSize } = inspectDatabase(file, { readPages });
  const { bavail, bsize } = await statfs(dirname(file));
  const free = bavail * bsize;
  const facts = {
    schema,
    sizeMB: inMegabytes(size),
    journalMB: inMegabytes(journalSize),
    freeMB: inMegabytes(free),
  };
  if (free < minFree) {
    const cure = 'Free some space: on a full disk no sign-in or refresh works.';
    return failed(`The disk of ${file} is almost full.`, cure, facts);
  }
  if (journalSize > maxJournal) {
    const cure = 'Look for a process that keeps a transaction open, such as a backup or a shell.';
    return warning(`The journal of ${file} is not written back.`, cure, facts);
  }
  const parts = [
    readPages ? 'The database is whole' : 'The database opens; it is too large to be read to the end here',
    schema < newestSchema && `; the next start migrates it to schema ${newestSchema}`,
  ];
  return ok(`${parts.filter(Boolean).join('')}.`, facts);
};

const inMegabytes = (bytes: number): number => Math.round(bytes / megabyte);
