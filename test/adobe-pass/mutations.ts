/** Changes for tests with random input: of values, and of the bytes that spell them. */

export interface Dice {
  /** An integer from 0 to `count` − 1. */
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Always the same throws for a seed (minimal standard generator). */
export const createDice = (seed: number): Dice => {
  let state = seed + 1;
  const below = (count: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % count;
  };
  return {
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  };
};

const others = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  '',
  'retry',
  '12',
  'é',
  '\ud800',
  '"',
  '\n',
  [],
  {},
  ['a'],
  { a: 1 },
];
const names = ['id', 'code', 'profiles', 'notBefore', 'url', 'a', '', 'é', 'a\n', '\u0000'];

/** One place of a value replaced, removed or added to. */
export const mutateValue = (dice: Dice, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || dice.below(6) === 0)
    return structuredClone(dice.pick(others));
  if (Array.isArray(value)) {
    if (dice.below(3) === 0 || value.length === 0) return [...value, dice.pick(others)];
    const at = dice.below(value.length);
    return value.map((item, index) => (index === at ? mutateValue(dice, item) : item));
  }
  const entries = Object.entries(value);
  const choice = dice.below(8);
  if (choice === 0 || entries.length === 0) return { ...value, [dice.pick(names)]: dice.pick(others) };
  const at = dice.below(entries.length);
  if (choice === 1) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([name, member], index) => [name, index === at ? mutateValue(dice, member) : member]),
  );
};

const pieces = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\n',
    '\t',
    '\0',
    '\x1f',
    '\u00e9',
    '0',
    '1',
    '-',
    '.',
    'e9',
  ],
  ...[
    'null',
    'true',
    '"a":1,',
    '"id":1,',
    '"profiles":{},',
    '"__proto__":1,',
    '\\u0061',
    '\\u',
    '\\n',
    '\\x',
  ],
  ...['\ufeff', '1e400', '01', '12345678901234567890', ',,', '[[', '{"a":{"b":[', '"code":"x",'],
];

/** Bytes replaced, inserted, removed, repeated or cut off. */
export const mutateBytes = (dice: Dice, bytes: Buffer): Buffer => {
  const at = dice.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + dice.below(12));
  const [head, part, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  const piece = dice.below(8) === 0 ? Buffer.from([dice.below(256)]) : Buffer.from(dice.pick(pieces));
  switch (dice.below(8)) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, part, part, tail]);
    case 2:
      return head;
    case 3:
      return Buffer.concat([head, piece, tail]);
    default:
      return Buffer.concat([head, piece, part, tail]);
  }
};
