import { expect, test } from 'vitest';
import { hasDuplicateMembers } from '#src/external-token/duplicate-members';
import { randomFrom } from '../support/random-from.ts';

test.each([
  ['{"a":1,"a":2}', true],
  ['{"a":1,"b":2}', false],
  ['{"a":{"a":1}}', false],
  ['{"a":{"b":1},"b":2}', false],
  ['{"a":{"b":1},"a":2}', true],
  ['{"x":{"a":1,"a":2}}', true],
  ['[{"a":1},{"a":2}]', false],
  ['[{"a":1},{"a":2,"a":3}]', true],
  ['{"a":["a","a"],"b":"a"}', false],
  ['{"a":"}","b":"{","c":":"}', false],
  ['{"a":"\\"","a":1}', true],
  ['{"a\\"":1,"a":2}', false],
  ['{"sub":1,"\\u0073ub":2}', true],
  ['{"a":1,"A":2}', false],
  ['{"":1,"":2}', true],
  ['{"a" : 1 ,\n"a"\t: 2}', true],
  ['{"__proto__":1,"__proto__":2}', true],
  ['7', false],
  ['{"a":1,"\\q":2,"\\q":3}', true],
  ['{"\\q":1,"\\z":2}', false],
])('%s: %s', (json, expected) => {
  expect(hasDuplicateMembers(json)).toBe(expected);
});

/** The text of a random value, and whether one of its objects has the same member twice. */
const randomJson = (random: () => number) => {
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
  const names = ['a', 'b', '', 'a"', 'a\\', '}', '{', ':', ',', '"a"', 'ü', '\u2028', '__proto__'] as const;
  const space = () => pick(['', '', ' ', '\n\t']);
  /** Spells some characters as escapes: another text for the same name. */
  const literal = (name: string) =>
    random() < 0.7
      ? JSON.stringify(name)
      : `"${[...name].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  let duplicates = false;
  const value = (depth: number): string => {
    const kind = depth > 3 ? 0 : random();
    if (kind < 0.4) return pick(['1', '-2.5e3', 'true', 'null', literal(pick(names))]);
    const size = Math.floor(random() * 4);
    if (kind < 0.6) return `[${Array.from({ length: size }, () => space() + value(depth + 1)).join(',')}]`;
    const members = Array.from({ length: size }, () => pick(names));
    duplicates ||= new Set(members).size < members.length;
    const parts = members.map(
      (name) => `${space()}${literal(name)}${space()}:${space()}${value(depth + 1)}${space()}`,
    );
    return `{${parts.join(',')}}`;
  };
  const json = value(0);
  return { json, duplicates };
};

test('agrees with how the text was generated, for 5,000 random texts', () => {
  const random = randomFrom(7);
  const seen = { duplicates: 0, none: 0 };
  for (let n = 0; n < 5_000; n++) {
    const { json, duplicates } = randomJson(random);
    expect(() => JSON.parse(json), json).not.toThrow();
    if (hasDuplicateMembers(json) !== duplicates) expect.fail(`expected ${duplicates} for ${json}`);
    seen[duplicates ? 'duplicates' : 'none'] += 1;
  }
  expect(Math.min(seen.duplicates, seen.none)).toBeGreaterThan(400);
});

test('ends for any text', () => {
  const random = randomFrom(11);
  const alphabet = '{}[]:,"\\a \n';
  for (let n = 0; n < 2_000; n++) {
    const text = Array.from({ length: 40 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
    expect(typeof hasDuplicateMembers(text)).toBe('boolean');
  }
  expect(hasDuplicateMembers('{"a":'.repeat(100_000))).toBe(false);
  expect(hasDuplicateMembers(`"${'\\'.repeat(100_001)}`)).toBe(false);
});
