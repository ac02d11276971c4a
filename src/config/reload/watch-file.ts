import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import { watchForChanges } from './watch.ts';

interface Deps {
  readonly clock: Pick<Clock, 'wait'>;
  readonly onChange: () => Promise<void>;
}

/** Identifies the content of a file; '' for a file that cannot be read. */
export const contentHash = (file: string): Promise<string> =>
  readFile(file).then(
    (bytes) => fingerprint(bytes.toString('base64')),
    () => '',
  );

/**
 * Calls `onChange` whenever the content of the file is no longer `seen`. Watches the folder, because editors replace
 * the file and Kubernetes swaps a link (`..data`) beside it. Returns a function that stops watching.
 */
export const watchFile = (file: string, seen: string, { clock, onChange }: Deps): (() => void) =>
  watchForChanges(
    seen,
    {
      directory: dirname(file),
      isRelevant: (name) => name === basename(file) || name.startsWith('..'),
      fingerprint: () => contentHash(file),
      settleTime: 200,
    },
    { clock, onChange },
  );
