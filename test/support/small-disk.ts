/** File systems that run full at once, in memory, each seen by one process alone. Needs no test runner. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Needs root and mount namespaces. */
export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

/** Runs the command that follows with a file system of so many megabytes at `folder`. */
export const mounting = (folder: string, megabytes: number): readonly string[] => [
  'unshare',
  '-m',
  'sh',
  '-ec',
  `mount -t tmpfs -o size=${megabytes}m kinpass ${folder}; exec "$@"`,
  'sh',
];

/** Takes all the room that is left in a folder, as a process sees it; returns how to give it back. */
export const fillDisk = (pid: number | undefined, folder: string): (() => void) => {
  const file = join(`/proc/${pid}/root`, folder, 'filler');
  const filler = openSync(file, 'w');
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (const zeros = Buffer.alloc(size); ; ) writeSync(filler, zeros);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
  closeSync(filler);
  return () => rmSync(file);
};
