import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { confirm } from '#src/cli/confirm';
import { runKinpass } from '../support/run-kinpass.ts';

/** Input that has the lines and then ends, or stays open as a terminal does. */
const input = (lines: string, { terminal = false } = {}) => {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal });
  if (terminal) stream.write(lines);
  else stream.end(lines);
  return stream;
};

test.each([
  ['of a terminal', { terminal: true }],
  ['of a pipe', { terminal: false }],
])('the words confirm, one per line %s', async (_name, kind) => {
  await confirm(['news', 'sports'], [], { input: input('news\n sports \n', kind) });
});

test.each([
  ['another word', 'news\nno\n'],
  ['too few words', 'news\n'],
  ['nothing', ''],
])('%s does not confirm', async (_name, lines) => {
  await expect(confirm(['news', 'sports'], [], { input: input(lines) })).rejects.toMatchObject({
    code: 'confirmation_missing',
    hint: expect.stringContaining('Nothing was done'),
  });
});

test('closed input fails at once and names the flag', async () => {
  await expect(confirm(['news'], [], { input: input('') })).rejects.toMatchObject({
    hint: expect.stringContaining('--yes'),
  });
});

test('a pipe that stays silent counts as closed', async () => {
  await expect(confirm(['news'], [], { input: new PassThrough(), maxSilence: 1 })).rejects.toMatchObject({
    hint: expect.stringContaining('--yes'),
  });
});

test('a command with closed input fails instead of waiting', async () => {
  await using run = runKinpass(['keys', 'generate', '--keys-directory', 'keys']);
  expect(await run.ended).toBe(0);
  const [, kid = ''] = /^(\S+) generated/.exec(run.output) ?? [];
  await using destroy = runKinpass(['keys', 'destroy', '--keys-directory', `${run.folder}/keys`, '--', kid]);
  expect(await destroy.ended).toBe(1);
  expect(destroy.output).toContain('--yes');
});
