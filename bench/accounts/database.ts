import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { constants, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrations } from '#src/stores/sqlite/schema';

const cache = join(tmpdir(), 'kinpass-bench');
const sources = ['seed.ts', 'copy-sign-in.ts', 'viewer.ts'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);
/** A database made by other code, or of another schema, is another one. */
const version = hash('sha256', JSON.stringify([sources, migrations])).slice(0, 12);

/** Writing is a hundred times faster where nothing has to reach a disk. */
const memory = '/dev/shm';

/** Puts a gateway's keys and its database of `accounts` signed-in viewers into a folder. The first time takes a while. */
export const copyDatabase = async (accounts: number, folder: string): Promise<void> => {
  const seeded = join(cache, `${accounts}-${version}`);
  if (!existsSync(seeded)) await seed(accounts, seeded);
  await copy(seeded, folder);
};

const seed = async (accounts: number, into: string): Promise<void> => {
  console.error(`seeding ${accounts} accounts, once: about ${Math.ceil(accounts / 1_500)} s`);
  const work = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'kinpass-seed-'));
  const partial = `${into}.${process.pid}`;
  try {
    const script = join(import.meta.dirname, 'seed.ts');
    await promisify(execFile)(process.execPath, [...process.execArgv, script, work, String(accounts)]);
    await mkdir(cache, { recursive: true });
    await copy(work, partial);
    if (!existsSync(into)) await rename(partial, into); // another run may have been faster
  } finally {
    for (const folder of [work, partial]) await rm(folder, { recursive: true, force: true });
  }
};

const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
