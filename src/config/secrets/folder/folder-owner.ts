import { chown, stat } from 'node:fs/promises';

/**
 * Gives a file that root has created to the owner of the directory: the gateway runs as that user and must be able to
 * read it.
 */
export const matchFolderOwner = async (directory: string, path: string): Promise<void> => {
  const { uid, gid } = await stat(directory);
  if (process.getuid?.() === 0 && uid !== 0) await chown(path, uid, gid);
};
