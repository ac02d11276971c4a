import { describe, expect, test } from 'vitest';
import type { ZodType } from 'zod';
import { createReadAnswer, jsonOf } from '#src/adobe-pass/answers';
import { compileShape } from '#src/adobe-pass/expected';
import { matches } from '#src/adobe-pass/scan';
import type { Answer } from '#src/adobe-pass/types';
import { enhancedError, profiles as profilesShape } from '#src/rest-v2/answers';
import { operationTable } from '#src/rest-v2/operations';
import { createDice, type Dice, mutateBytes, mutateValue } from './mutations.ts';
import { samples } from './samples.ts';

const rows = [
  ...operationTable.map(({ name, answer }) => [name, answer] as const),
  ['error', enhancedError] as const,
];

/** The check that there was before: every body is parsed, walked, and checked by zod. */
const parsedBy = (shape: ZodType, bytes: Buffer): unknown => {
  const body = jsonOf(bytes);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject && shape.safeParse(body).success ? body : undefined;
};

const responseOf = (status: number, body: Buffer) =>
  ({ status, body, contentType: undefined, retryAfter: undefined }) as const;

const readBy = (shape: ZodType, bytes: Buffer): Answer | undefined => {
  try {
    return createReadAnswer(shape)(responseOf(200, bytes));
  } catch {
    return undefined;
  }
};

describe('accepts nothing that parsing and the shape would refuse, and reads the same', () => {
  test.each(rows)('%s', (name, shape) => {
    const compiled = compileShape(shape);
    const dice = createDice(name.length);
    let [fast, slow, refused] = [0, 0, 0];
    for (let round = 0; round < 4_000; round++) {
      const bytes = draw(dice, name);
      const body = parsedBy(shape, bytes);
      if (matches(bytes, compiled)) {
        fast += 1;
        expect(body, bytes.toString()).toBeDefined();
      } else if (body === undefined) refused += 1;
      else slow += 1;
      const answer = readBy(shape, bytes);
      expect(answer?.body, bytes.toString()).toEqual(body);
      const sent = answer && (answer.bytes ?? JSON.stringify(answer.body));
      if (sent !== undefined) expect(JSON.parse(String(sent))).toEqual(JSON.parse(JSON.stringify(body)));
    }
    for (const count of [fast, slow, refused]) expect(count).toBeGreaterThan(20);
  });
});

/** A sample with a few things changed, in its values, in its bytes, or in both. */
const draw = (dice: Dice, name: string): Buffer => {
  const { [name]: sample = {} } = samples;
  let value: unknown = structuredClone(sample);
  for (let count = dice.below(3); count > 0; count--) value = mutateValue(dice, value);
  let bytes: Buffer = Buffer.from(JSON.stringify(value, null, dice.below(4) === 0 ? 2 : 0) ?? '');
  for (let count = dice.below(3); count > 0; count--) bytes = mutateBytes(dice, bytes);
  return bytes;
};

const one = { ...samples['getProfiles'] };
const profile = JSON.stringify(Object.values((one as { profiles: object }).profiles)[0]);
const inside = (text: string) => `{"profiles":{},"x":${text}}`;
const compiled = compileShape(profilesShape);

describe('a body is forwarded byte for byte:', () => {
  test.each([
    ['compact', `{"profiles":{"A":${profile}}}`],
    ['in lines', JSON.stringify(one, null, '\t')],
    ['with space around', ` \r\n\t${JSON.stringify(one)}\n`],
    ['UTF-8', inside('"é 📺 \u2028"')],
    ['escapes that a text cannot do without', inside('"\\" \\\\ \\/ \\b\\f\\n\\r\\t"')],
    ['names that sort of repeat', inside('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')],
    ['numbers', inside('[0,-0,1.5,-12.25,999999999999999]')],
    ['64 levels', `{"profiles":{},"x":${'['.repeat(63)}${']'.repeat(63)}}`],
  ])('%s', (_what, text) => {
    const answer = createReadAnswer(profilesShape)(responseOf(200, Buffer.from(text)));
    expect(String(answer.bytes)).toBe(text);
    expect(answer.body).toEqual(JSON.parse(text));
  });
});

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('a body is parsed and serialized by the gateway:', () => {
  test.each<[string, Buffer | string, unknown]>([
    ['a name twice: the last', inside('{"a":1,"b":2,"a":3}'), { a: 3, b: 2 }],
    [
      'a name twice among many',
      inside(`{${Array.from({ length: 10 }, (_, n) => `"${n % 9}":${n}`)}}`),
      undefined,
    ],
    ['a named member twice', '{"profiles":{},"profiles":{},"x":1}', 1],
    ['a name spelled with an escape', inside('{"\\u0061":1}'), { a: 1 }],
    ['a name with a short escape', inside('{"a\\n":1}'), { 'a\n': 1 }],
    ['a text that could be ASCII', inside('"\\u0072etry"'), 'retry'],
    ['a lone surrogate', inside('"\\ud800"'), '\ud800'],
    ['invalid UTF-8', latin1(inside('"\xff"')), '\ufffd'],
    ['UTF-8 cut in the middle', latin1(inside('"\xe2\x82"')), '\ufffd'],
    ['a number beyond all doubles', inside('1e400'), null],
    ['a number that no double is', inside('12345678901234567890'), 12345678901234567000],
    ['an exponent', inside('1e2'), 100],
    ['the forbidden name as a text', inside('"__proto__"'), '__proto__'],
  ])('%s', (_what, text, x) => {
    const answer = createReadAnswer(profilesShape)(responseOf(200, Buffer.from(text as string)));
    expect(answer.bytes).toBeUndefined();
    if (x !== undefined) expect(JSON.parse(JSON.stringify(answer.body['x']))).toEqual(x);
  });
});

describe('what is refused', () => {
  test.each<[string, Buffer | string]>([
    ['a byte order mark', `\ufeff${inside('1')}`],
    ['UTF-16', Buffer.from(inside('1'), 'utf16le')],
    ['the forbidden name', inside('{"__proto__":1}')],
    ['the forbidden name, spelled otherwise', inside('{"__pr\\u006fto__":1}')],
    ['65 levels', `{"profiles":{},"x":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['two texts', `${inside('1')}${inside('1')}`],
    ['a comma too many', inside('[1,]')],
    ['a comma in front', inside('{,"a":1}')],
    ['brackets that cross', inside('[{]}')],
    ['an open bracket', inside('[')],
    ['a bracket that nothing opened', `${inside('1')}]`],
    ['a name without quotation marks', inside('{a:1}')],
    ['a name without a value', inside('{"a"}')],
    ['a leading zero', inside('01')],
    ['a plus', inside('+1')],
    ['a dot without digits', inside('1.')],
    ['two minuses', inside('--1')],
    ['a word that is none', inside('nul')],
    ['a word with more', inside('true1')],
    ['a comment', inside('1/**/')],
    ['an escape that is none', inside('"\\x"')],
    ['a line break in a text', inside('"a\nb"')],
    ['a line break in a name', inside('{"a\nb":1}')],
    ['NUL in a text', inside('"\0"')],
    ['another space', inside('\u00a01')],
    ['a vertical tab', inside('\v1')],
    ['nothing', ''],
  ])('%s', (_what, text) => {
    expect(matches(Buffer.from(text as string), compiled)).toBe(false);
    expect(readBy(profilesShape, Buffer.from(text as string))).toBeUndefined();
  });
});

test('every byte below a space is noticed, wherever it stands', () => {
  const text = inside(`"${'a'.repeat(12)}"`);
  for (let offset = 0; offset < 4; offset++)
    for (let at = 0; at < text.length; at++)
      for (const code of [0, 1, 8, 11, 12, 31]) {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).subarray(offset);
        bytes[at] = code;
        expect(matches(bytes, compiled)).toBe(false);
      }
});

test('a shape that the fast check does not know is refused when it is compiled', async () => {
  const { z } = await import('zod');
  for (const shape of [
    z.object({ a: z.string() }),
    z.looseObject({ a: z.string().max(3) }),
    z.looseObject({ a: z.number() }),
    z.looseObject({ a: z.number().int().positive() }),
    z.looseObject({ a: z.array(z.string()).min(1) }),
    z.looseObject({ a: z.string().nullable() }),
    z.looseObject({ a: z.union([z.string(), z.boolean()]) }),
    z.looseObject({ a: z.email() }),
    z.looseObject({ a: z.iso.datetime().optional() }),
    z.looseObject({ a: z.boolean().refine(() => false) }),
    z.looseObject({ a: z.unknown().refine(() => false) }),
    z.looseObject({
      a: z
        .string()
        .optional()
        .refine(() => false),
    }),
    z.looseObject({ é: z.string().optional() }),
    z.record(z.enum(['a', 'b']), z.unknown()),
    z.record(z.string().regex(/^a$/), z.unknown()),
    z.record(z.uuid(), z.unknown()),
    z.looseObject({}).refine(() => false),
    z.record(z.string(), z.unknown()).refine(() => false),
  ])
    expect(() => compileShape(shape)).toThrow(/no fast check/);
});
