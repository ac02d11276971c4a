import { expect, test } from 'vitest';
import { readArguments } from '#src/cli/arguments';
import { explain } from '#src/cli/explain';
import { portOption } from '#src/cli/options';
import { fail } from '#src/lib/errors';

test.each([['help'], ['--help'], ['-h'], []])('says how it is used: %s', (...args) => {
  expect(readArguments(args)).toMatchObject({ exitCode: 0, answer: expect.stringContaining('kinpass demo') });
});

test('tells its version', () => {
  expect(readArguments(['--version'])).toEqual({
    exitCode: 0,
    answer: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test.each([
  [['fly'], 'there is no command "fly"'],
  [['constructor'], 'there is no command "constructor"'],
  [['demo', '--loud'], "Unknown option '--loud'"],
  [['demo', 'extra'], "Unexpected argument 'extra'"],
  [['serve', '--config'], "'--config <value>' argument missing"],
])('%j is not understood: exit 2 and the usage', (args, reason) => {
  const request = readArguments(args);
  expect(request).toMatchObject({ exitCode: 2, answer: expect.stringContaining(reason) });
  expect(request).toMatchObject({ answer: expect.stringContaining('Usage:') });
});

test('a command shows the help of its own options', () => {
  const request = readArguments(['serve', '--help']);
  expect(request).toMatchObject({ exitCode: 0, answer: expect.stringContaining('--config <file>') });
  expect(request).not.toMatchObject({ answer: expect.stringContaining('--quiet') });
});

test.each(['-1', '65536', '80a', ''])('"%s" is no port', (text) => {
  expect(() => portOption({ port: text }, 'port', 1)).toThrow(expect.objectContaining({ field: '--port' }));
});

test('an error of the catalogue is told in lines, without its private half', () => {
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

test('any other error is told without its stack, unless asked for', () => {
  expect(explain(new Error('no such luck')).join('\n')).not.toContain('arguments.test.ts');
  expect(explain(new Error('no such luck'), { debug: true }).join('\n')).toContain('arguments.test.ts');
});
