/**
 * Files of the keys directory. It owns how a secret comes to lie on disk and who may read it: 0600, made once,
 * never overwritten. It refuses to know what a secret is good for.
 */
import { link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#src/lib/errors';
import { systemErrorCode } from '#src/lib/system-error';

/**
 * The text of `<directory>/<name>`, without white space around it. Where there is no such file, `make` says what
 * it holds; of any number of processes that do so at once, one wins and all get its text.
 * Errors: keys_invalid, naming the file and the cure.
 */
export const readOrMake = async (
  directory: string,
  name: string,
  make: () => Promise<string> | string,
): Promise<string> => {
  const path = join(directory, name);
  const found = await readKeyFile(path);
  if (found !== undefined) return found;
  await makeKeyFile(directory, name, await make());
  const made = await readKeyFile(path);
  if (made === undefined) throw invalid(path, 'vanished while it was being made: start again');
  return made;
};

/** The text of a file without white space around it; undefined where there is none. Errors: as above. */
export const readKeyFile = async (path: string): Promise<string | undefined> => {
  try {
    // The opened file is what gets checked: no other one can take its place in between.
    await using file = await open(path, 'r');
    const { mode } = await file.stat();
    if (mode & 0o077) throw invalid(path, `is open to other users: run chmod 600 ${path}`);
    const text = (await file.readFile('utf8')).trim();
    if (!text) throw invalid(path, 'is empty: restore it from a backup, or delete it to have a new one made');
    return text;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    throw code ? invalid(path, `cannot be read (${code}): give this user access`) : error;
  }
};

/**
 * Makes `<directory>/<name>`, 0600 and on disk before it answers. Whether it did: an existing file stays as it is.
 * A hard link appears whole or not at all. Errors: keys_invalid.
 */
export const makeKeyFile = async (directory: string, name: string, text: string): Promise<boolean> => {
  const path = join(directory, name);
  let scratch: string | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    scratch = await mkdtemp(join(directory, '.new-'));
    const fresh = join(scratch, name);
    await writeDurably(fresh, text);
    await link(fresh, path);
    await using folder = await open(directory, 'r');
    await folder.sync();
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return false;
    throw code ? invalid(path, `cannot be made (${code}): make the folder writable`) : error;
  } finally {
    if (scratch) await rm(scratch, { recursive: true, force: true });
  }
};

const writeDurably = async (path: string, text: string): Promise<void> => {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(`${text}\n`);
  await file.sync();
};

const invalid = (path: string, what: string) =>
  fail('keys_invalid', { field: path, hint: `${path} ${what}` });
