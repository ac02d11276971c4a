import { expect, test } from 'vitest';
import { displacedBy, nextOf, rankOf, worstOf } from '#src/adobe-pass/fair-order';
import { operationTable } from '#src/rest-v2/operations';

const call = (rank: number, device: string) => ({ rank, device });

/** The order in which all of them go. */
const order = (waiting: readonly ReturnType<typeof call>[]): string[] => {
  const left = [...waiting];
  const turns = new Map<string, number>();
  return waiting.map((_, turn) => {
    const next = nextOf(left, turns);
    if (!next) throw new Error('nobody is next');
    left.splice(left.indexOf(next), 1);
    turns.set(next.device, turn);
    return `${next.device}${next.rank}`;
  });
};

test('calls that a viewer waits for go before polls', () => {
  const names = ['getProfileByCode', 'preauthorize', 'getProfiles', 'createSession', 'authorize'];
  expect(names.map(rankOf)).toEqual([4, 3, 2, 1, 0]);
  expect(rankOf('token')).toBe(rankOf('createSession'));
  for (const { name } of operationTable) expect(rankOf(name)).toBeLessThanOrEqual(4);
});

test('by worth, and among equals by turns between devices', () => {
  const waiting = [
    call(4, 'a'),
    call(2, 'a'),
    call(2, 'a'),
    call(2, 'a'),
    call(2, 'b'),
    call(0, 'c'),
    call(2, 'c'),
  ];
  expect(order(waiting)).toEqual(['c0', 'a2', 'b2', 'c2', 'a2', 'a2', 'a4']);
});

test('of one device and rank, who came first', () => {
  const [first, second] = [call(2, 'a'), call(2, 'a')];
  expect(nextOf([first, second], new Map())).toBe(first);
  expect(worstOf([first, second])).toBe(second);
});

test('nobody is next, nor worst, of none', () => {
  expect([nextOf([], new Map()), worstOf([]), displacedBy([], call(0, 'a'))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ['a poll gives way to anything better', [call(0, 'a'), call(4, 'a')], call(3, 'a'), 1],
  [
    'a better one gives way to no worse one',
    [call(0, 'a'), call(0, 'a'), call(0, 'a')],
    call(1, 'b'),
    undefined,
  ],
  ['a device with several gives way to one that has none', [call(2, 'a'), call(2, 'a')], call(2, 'b'), 1],
  ['one for one is nothing to gain', [call(2, 'a'), call(2, 'b')], call(2, 'c'), undefined],
  ['a device does not displace itself', [call(2, 'a'), call(2, 'a'), call(2, 'a')], call(2, 'a'), undefined],
] as const)('%s', (_, waiting, newcomer, index) => {
  expect(displacedBy(waiting, newcomer)).toBe(index === undefined ? undefined : waiting[index]);
});
