import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';

/** Milliseconds between a change and its writing, so that many changes are one write. */
const pause = 100;

/** The saved world, or null when there is none yet. Error: store_invalid. */
export const readStateFile = async (file: string): Promise<Json> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unreadable(file, cause);
  }
};

export const unreadable = (file: string, cause: unknown) =>
  fail('store_invalid', {
    field: 'stateFile',
    hint: `The simulator cannot read its state in ${file}; delete the file to begin afresh.`,
    cause,
  });

/** Keeps the file at the latest snapshot: written beside it and renamed, readable by its owner alone. */
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
      timer ??= setTimeout(() => enqueue().catch(() => {}), pause).unref();
    },
    /** Writes what is not yet written; rejects when the last write failed. */
    flush: (): Promise<void> => {
      clearTimeout(timer);
      return enqueue();
    },
  };
};
