import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, 'processes/write-lines.ts');
const command = [process.execPath, '--conditions=kinpass-source', program];

interface Lines {
  readonly count: number;
  /** Repetitions of five bytes in each line. */
  readonly size?: number;
  readonly ending: string;
}

const start = ({ count, size = 20, ending }: Lines): ChildProcessWithoutNullStreams => {
  const [node = '', ...rest] = command;
  return spawn(node, [...rest, String(count), String(size), ending]);
};

const expected = (count: number, size = 20, name = ''): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index} ${'é€'.repeat(size)}`);

const linesOf = (all: string): string[] => all.split('\n').filter(Boolean);

describe('everything arrives, in order', () => {
  test.each(['exit', 'fail', 'throw', 'reject', 'end'])('of a process that ends by %s', async (ending) => {
    const child = start({ count: 20_000, ending });
    // More than a pipe holds is waiting when reading begins.
    const exited = once(child, 'exit');
    expect(linesOf(await text(child.stdout))).toEqual(expected(20_000));
    await exited;
  });

  test.each([818, 819, 820, 5_000, 40_000])('in lines of %i times five bytes', async (size) => {
    const child = start({ count: 60, size, ending: 'exit' });
    expect(linesOf(await text(child.stdout))).toEqual(expected(60, size));
  });
});

test('a line arrives while the process runs, also at one that is killed afterwards', async () => {
  const child = start({ count: 1, ending: 'stay' });
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  expect(linesOf(String(line))).toEqual(expected(1));
});

test('lines of several processes on one pipe stay whole', async () => {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const both = ['a', 'b'].map((name) => `${quoted} 5000 60 exit ${name} &`).join(' ');
  // Reading a little at a time leaves room for a part of a batch.
  const shell = spawn('sh', ['-c', `(${both} wait) | dd bs=1000 status=none`]);
  const arrived = linesOf(await text(shell.stdout));
  expect(arrived.sort()).toEqual([...expected(5_000, 60, 'a'), ...expected(5_000, 60, 'b')].sort());
});

test('a process whose log nobody reads any longer goes on, and keeps none of it', async () => {
  const child = start({ count: 1, ending: 'stay' });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write('go\n');
  expect(await text(child.stderr)).toContain('keeps 0 MB');
});

test('a reader that reads nothing costs a bounded amount of memory, and is told what it missed', async () => {
  const child = start({ count: 0, ending: 'stall' });
  await once(child.stderr, 'data');
  const all = text(child.stdout);
  child.stdin.write('go\n');
  const lines = linesOf(await all);
  const told = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(told).toEqual([
    { level: 'warn', lines: expect.any(Number), msg: 'lines of this log were lost: nobody read it' },
  ]);
  expect(lines.length - 1 + told[0].lines).toBe(10_001);
  expect(told[0].lines).toBeGreaterThan(5_000);
});
