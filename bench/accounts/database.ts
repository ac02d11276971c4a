import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { constants, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const cache = join(tmpdir(), 'kinpass-bench');
const sources = ['seed.ts', 'copy-sign-in.ts', 'viewer.ts'].map((name) => `bench/accounts/${name}`);

/** A database made by other code, or of another schema, is another one. */
const versionIn = (clone: string): string => {
  const texts = [...sources, 'src/stores/sqlite/schema.ts'].map((name) =>
    readFileSync(join(clone, name), 'utf8'),
  );
  return hash('sha256', texts.join()).slice(0, 12);
};

/** Writing is a hundred times faster where nothing has to reach a disk. */
const memory = '/dev/shm';

interface Wanted {
  /** The clone whose gateway will open it. */
  readonly clone: string;
  /** Signed-in viewers. */
  readonly accounts: number;
}

/** Puts the keys and the database of a gateway into a folder. The first time takes a while. */
export const copyDatabase = async (wanted: Wanted, folder: string): Promise<void> => {
  const seeded = join(cache, `${wanted.accounts}-${versionIn(wanted.clone)}`);
  if (!existsSync(seeded)) await seed(wanted, seeded);
  await copy(seeded, folder);
};

const seed = async ({ clone, accounts }: Wanted, into: string): Promise<void> => {
  console.error(`seeding ${accounts} accounts, once: about ${Math.ceil(accounts / 1_500)} s`);
  const work = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'kinpass-seed-'));
  const partial = `${into}.${process.pid}`;
  try {
    const script = join(clone, 'bench/accounts/seed.ts');
    await promisify(execFile)(process.execPath, [
      '--conditions=kinpass-source',
      script,
      work,
      String(accounts),
    ]);
    await mkdir(cache, { recursive: true });
    await copy(work, partial);
    if (!existsSync(into)) await rename(partial, into); // another run may have been faster
  } finally {
    for (const folder of [work, partial]) await rm(folder, { recursive: true, force: true });
  }
};

const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
