import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '#src/lib/errno';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';

/** Milliseconds between a change and its write, so that many changes become one write. */
const writeDelay = 100;

/** The saved state, or null if there is none yet. Error: store_invalid. */
export const readStateFile = async (file: string): Promise<Json> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw unreadable(file, cause);
  }
};

export const unreadable = (file: string, cause: unknown) =>
  fail('store_invalid', {
    field: 'stateFile',
    hint: `The simulator cannot read its state file ${file}. Delete the file to start with an empty state.`,
    cause,
  });

/** Writes the latest snapshot to a temporary file, readable only by its owner, and renames it. */
export const createStateFile = (file: string, snapshot: () => Json) => {
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = async (): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(snapshot()), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  const enqueue = (): Promise<void> => {
    timer = undefined;
    writing = writing.catch(() => {}).then(write);
    return writing;
  };

  return {
    changed: (): void => {
      timer ??= setTimeout(() => enqueue().catch(() => {}), writeDelay).unref();
    },
    /** Writes pending changes; rejects if the write fails. */
    flush: (): Promise<void> => {
      clearTimeout(timer);
      return enqueue();
    },
  };
};
