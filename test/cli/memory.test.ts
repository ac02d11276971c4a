import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const memory = join(import.meta.dirname, '../../bin/memory.js');
const script = `
import { startWithLessMemory } from ${JSON.stringify(memory)};
const before = process.env.BEFORE ?? String(process.pid);
process.env.BEFORE = before;
startWithLessMemory();
const { execArgv, env, argv, pid } = process;
console.log(JSON.stringify({ flags: execArgv.filter((flag) => flag.startsWith('--max')), arenas: env.MALLOC_ARENA_MAX, last: argv.at(-1), same: before === String(pid) }));
`;

const run = async (env: Record<string, string>, ...flags: string[]): Promise<unknown> => {
  const args = [...flags, '--input-type=module', '--eval', script, 'an argument'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

test.skipIf(process.platform === 'win32')(
  'a gateway starts again within its process, with less memory',
  async () => {
    expect(await run({})).toEqual({
      flags: ['--max-semi-space-size=16'],
      arenas: '2',
      last: 'an argument',
      same: true,
    });
  },
);

test.skipIf(process.platform === 'win32')('what the operator sets stays', async () => {
  expect(await run({ MALLOC_ARENA_MAX: '1' })).toMatchObject({ arenas: '1' });
  expect(await run({}, '--max-semi-space-size=64')).toMatchObject({ flags: ['--max-semi-space-size=64'] });
  expect(await run({ NODE_OPTIONS: '--max-semi-space-size=8' })).toMatchObject({ flags: [] });
});
