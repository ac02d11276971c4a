import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inClone = join(import.meta.dirname, '../../bin/kinpass.js');

const { PATH, NODE_COMPILE_CACHE } = process.env;
const inherited = { PATH, NODE_COMPILE_CACHE };

export interface Run extends AsyncDisposable {
  /** What it printed so far, both streams in order of arrival. */
  readonly output: string;
  readonly folder: string;
  /** Resolves with the first match in the output; rejects if the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly pid: number | undefined;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

interface Options {
  /** The program that runs it. */
  readonly node?: string;
  readonly bin?: string;
  readonly env?: Record<string, string>;
  /**
   * The whole of standard input. Without it a command that asks is told at once that nobody answers. `open`: its beginning,
   * and the command waits for more.
   */
  readonly input?: string | { readonly open: string };
  /** Milliseconds after which it is killed, so that a test fails with its output instead of hanging. */
  readonly timeout?: number;
  /** Number of the user and group that it runs as, who owns the folder; needs root. */
  readonly user?: number;
}

/** The command as a person runs it: a process of its own, in an empty folder. */
export const runKinpass = (
  args: readonly string[],
  { node = process.execPath, bin = inClone, env = {}, input = '', timeout = 25_000, user }: Options = {},
): Run => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-run-'));
  if (user !== undefined) chownSync(folder, user, user);
  const child = spawn(node, [bin, ...args], {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', ...env },
    timeout,
    killSignal: 'SIGKILL',
    ...(user !== undefined && { uid: user, gid: user }),
  });
  child.stdin.on('error', () => {}); // It may end without reading.
  if (typeof input === 'string') child.stdin.end(input);
  else child.stdin.write(input.open);
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
    pid: child.pid,
    ended,
    signal: (name) => child.kill(name),
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
