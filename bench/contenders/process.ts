import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProbeOrder, Sample } from '../measure/probe.ts';
import { nextMessage } from '../next-message.ts';

/** A server that is measured, in a process of its own. */
export interface Server {
  readonly origin: string;
  /** Measures from now on; `delay`: also how late its timers are. */
  mark(delay: boolean): Promise<void>;
  read(): Promise<Sample>;
  stop(): Promise<void>;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Options {
  readonly preload?: readonly string[];
  /** Of Node.js. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a Node.js program with the probe in it. It must not outlive this process. */
export const forkProbed = (
  program: string,
  args: readonly string[],
  { preload = [], flags = [], env = {} }: Options = {},
): ChildProcess => {
  const imports = ['../measure/probe.ts', ...preload].flatMap((file) => ['--import', here(file)]);
  return fork(program, [...args], {
    execArgv: ['--conditions=kinpass-source', ...flags, ...imports],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
};

export const ask = async (child: ChildProcess, order: ProbeOrder): Promise<unknown> => {
  child.send(order);
  const { probe } = await nextMessage<{ probe: unknown }>(child);
  return probe;
};

const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

export const serverOf = (child: ChildProcess, origin: string): Server => ({
  origin,
  mark: async (delay) => void (await ask(child, delay ? 'watch' : 'mark')),
  read: async () => (await ask(child, 'read')) as Sample,
  stop: () => stopProcess(child),
});

/** A contender that is a file of this folder. */
export const startContender = async (name: string, adobe: string): Promise<Server> => {
  const child = forkProbed(here(`${name}.ts`), [adobe]);
  child.stdout?.resume();
  return serverOf(child, await nextMessage<string>(child));
};
