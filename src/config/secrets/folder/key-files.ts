/** Files of the keys folder: mode 0600, created once, never overwritten. */
import { access, constants, link, mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalidKeys } from '#src/lib/rsa-key';
import { systemErrorCode } from '#src/lib/system-error';
import { matchFolderOwner } from './folder-owner.ts';

/** The text of a file without surrounding white space; undefined if it does not exist. Errors: keys_invalid. */
export const readKeyFile = async (path: string): Promise<string | undefined> => {
  try {
    const isMounted = await isReadOnly(dirname(path));
    if (!isMounted) await checkFolder(dirname(path));
    // The open file is checked, so it cannot be replaced in between.
    await using file = await open(path, 'r');
    checkMode(path, await file.stat(), isMounted);
    const text = (await file.readFile('utf8')).trim();
    if (!text)
      throw invalidKeys(path, 'is empty: restore it from a backup, or delete it to create a new one');
    return text;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    throw code ? invalidKeys(path, `cannot be read (${code}): grant this user access`) : error;
  }
};

/** Whether nobody can write there: a mounted secret, whose folder may have any mode. */
const isReadOnly = (directory: string): Promise<boolean> =>
  access(directory, constants.W_OK).then(
    () => false,
    (error: unknown) => systemErrorCode(error) === 'EROFS',
  );

/** In a mounted secret the file belongs to root, and is read through the group of the volume. */
const checkMode = (
  path: string,
  { mode, gid }: { readonly mode: number; readonly gid: number },
  isMounted: boolean,
): void => {
  if (!(mode & 0o077)) return;
  if (!isMounted) throw invalidKeys(path, `is readable by other users: run chmod 600 ${path}`);
  if (!(mode & 0o007) && (gid === process.getgid?.() || process.getgroups?.().includes(gid))) return;
  throw invalidKeys(
    path,
    'is readable by other users: mount it with mode 0400, or 0440 for a group of the gateway',
  );
};

/**
 * Whoever can write to the folder can replace a key or add one. Reading it gives names only. The gateway's own group may
 * write: a clone made with umask 002 and volumes of container platforms are like that.
 */
const checkFolder = async (directory: string): Promise<void> => {
  const { mode, gid } = await stat(directory);
  const isOwnGroup = gid === process.getgid?.();
  if (mode & 0o002 || (mode & 0o020 && !isOwnGroup))
    throw invalidKeys(directory, `is writable by other users: run chmod 700 ${directory}`);
};

/**
 * Creates `<directory>/<name>` with mode 0600, synced to disk. Returns false if it exists; it is left unchanged.
 * A hard link makes the complete file appear at once. Errors: keys_invalid.
 */
export const makeKeyFile = async (directory: string, name: string, text: string): Promise<boolean> => {
  const path = join(directory, name);
  let scratch: string | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    scratch = await mkdtemp(join(directory, '.new-'));
    const fresh = join(scratch, name);
    await writeDurably(fresh, text);
    await matchFolderOwner(directory, fresh);
    await link(fresh, path);
    await using folder = await open(directory, 'r');
    await folder.sync();
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return false;
    throw code ? invalidKeys(path, `cannot be created (${code}): make the folder writable`) : error;
  } finally {
    if (scratch) await rm(scratch, { recursive: true, force: true });
  }
};

const writeDurably = async (path: string, text: string): Promise<void> => {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(`${text}\n`);
  await file.sync();
};
