import { expect, expectTypeOf, test } from 'vitest';
import { defineCommand } from '#src/cli/command';

const received: unknown[] = [];

const greet = defineCommand({
  summary: 'Greet somebody',
  operand: '<name>',
  options: {
    loud: { type: 'boolean', help: 'in capitals' },
    'in-language': { type: 'string', value: 'code', help: 'the language' },
  },
  async run(values, name) {
    expectTypeOf(values.loud).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(values['in-language']).toEqualTypeOf<string | undefined>();
    expectTypeOf(name).toEqualTypeOf<string>();
    received.push({ ...values }, name);
  },
});

const list = defineCommand({
  summary: 'List greetings',
  operand: '[pattern]',
  options: {},
  async run(_values, pattern) {
    expectTypeOf(pattern).toEqualTypeOf<string | undefined>();
    received.push(pattern);
  },
});

test('option values and operand arrive as declared', async () => {
  await greet.parse(['--loud', '--in-language', 'es', 'Ana'])?.();
  await list.parse([])?.();
  expect(received).toEqual([{ loud: true, 'in-language': 'es' }, 'Ana', undefined]);
});

test('an operand of several values takes all of them, and one at least', async () => {
  const read = defineCommand({
    summary: 'Read greetings',
    operand: '<file…>',
    options: {},
    async run(_values, files) {
      expectTypeOf(files).toEqualTypeOf<readonly string[]>();
      received.push(files);
    },
  });
  await read.parse(['a', 'b'])?.();
  expect(received.at(-1)).toEqual(['a', 'b']);
  expect(() => read.parse([])).toThrow('<file…> is missing');
});

test.each([
  ['a missing operand', [], '<name> is missing'],
  ['a second operand', ['Ana', 'Ben'], "Unexpected argument 'Ben'"],
  ['an unknown option', ['Ana', '--quiet'], "Unknown option '--quiet'"],
  ['an option without its value', ['Ana', '--in-language'], 'argument missing'],
])('%s is misuse', (_name, args, reason) => {
  expect(() => greet.parse(args)).toThrow(reason);
});

test('help takes precedence over a missing operand', () => {
  expect(greet.parse(['--help'])).toBeUndefined();
  expect(greet.parse(['-h'])).toBeUndefined();
});
