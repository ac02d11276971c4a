import { expect, test } from 'vitest';
import { readArguments } from '#src/cli/arguments';
import { commands } from '#src/cli/commands';
import { explain } from '#src/cli/explain';
import { parsePort } from '#src/cli/options';
import { fail } from '#src/lib/errors';

test.each([['help'], ['--help'], ['-h'], []])('prints the usage: %s', async (...args) => {
  expect(await readArguments(args)).toMatchObject({
    exitCode: 0,
    answer: expect.stringContaining('kinpass demo'),
  });
});

test('prints its version', async () => {
  expect(await readArguments(['--version'])).toEqual({
    exitCode: 0,
    answer: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test.each([
  [['fly'], 'there is no command "fly"'],
  [['config', 'valid'], 'there is no command "config valid"; the nearest is "config validate"'],
  [['constructor'], 'there is no command "constructor"'],
  [['demo', '--loud'], "Unknown option '--loud'"],
  [['demo', 'extra'], "Unexpected argument 'extra'"],
  [['serve', '--config'], "'--config <value>' argument missing"],
])('%j is misuse: exit code 2 and the usage', async (args, reason) => {
  const request = await readArguments(args);
  expect(request).toMatchObject({ exitCode: 2, answer: expect.stringContaining(reason) });
  expect(request).toMatchObject({ answer: expect.stringContaining('Usage:') });
});

test('the help of a command has its own options', async () => {
  const request = await readArguments(['serve', '--help']);
  expect(request).toMatchObject({ exitCode: 0, answer: expect.stringContaining('--config <file>') });
  expect(request).not.toMatchObject({ answer: expect.stringContaining('--quiet') });
});

test.each(['-1', '65536', '80a', ''])('"%s" is not a valid port', (text) => {
  expect(() => parsePort(text, '--port', 1)).toThrow(expect.objectContaining({ field: '--port' }));
});

test('an error of the catalogue is explained without its private half', () => {
  const error = fail('config_invalid', {
    hint: '  apps: is missing\n  port: is not a number',
    detail: 'secret',
  });
  expect(explain(error)).toEqual([
    'kinpass: The configuration is not valid.',
    '  apps: is missing',
    '  port: is not a number',
  ]);
});

test('any other error is explained without its stack, unless requested', () => {
  expect(explain(new Error('no such luck')).join('\n')).not.toContain('arguments.test.ts');
  expect(explain(new Error('no such luck'), { debug: true }).join('\n')).toContain('arguments.test.ts');
});

test('every command is in the help, each with the options that it declares', async () => {
  const names = Object.keys(commands);
  const [all, ...single] = await Promise.all([
    readArguments([]),
    ...names.map((name) => readArguments(['help', ...name.split(' ')])),
  ]);
  for (const [index, name] of names.entries()) {
    expect(all).toMatchObject({ answer: expect.stringContaining(`  kinpass ${name}`) });
    const { command } = (await commands[name]?.()) ?? {};
    for (const option of Object.keys(command?.options ?? {}))
      expect(single[index]).toMatchObject({ answer: expect.stringContaining(`--${option} `) });
  }
});
