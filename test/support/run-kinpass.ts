import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inClone = join(import.meta.dirname, '../../bin/kinpass.js');

export interface Run extends AsyncDisposable {
  /** What it printed so far, both streams in order of arrival. */
  readonly output: string;
  readonly folder: string;
  /** Resolves with the first match in the output. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void;
  /** Types a line, and nothing after it. */
  type(line: string): void;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** The command as a person runs it: a process of its own, in an empty folder. */
export const runKinpass = (
  args: readonly string[],
  { bin = inClone, env = {} }: { bin?: string; env?: Record<string, string> } = {},
): Run => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-run-'));
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
  });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const watch of watchers) watch();
    });
  }
  const ended = once(child, 'close').then(([code]): number | null => code);

  return {
    get output() {
      return output;
    },
    folder,
    ended,
    signal: (name) => child.kill(name),
    type: (line) => child.stdin.end(`${line}\n`),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`ended before ${pattern}:\n${output}`)));
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
