import { expect, test } from 'vitest';
import { runInContext } from '#src/observability/context';
import { createLog } from '#src/observability/logger';

const linesAt = (times: readonly number[], level: Parameters<typeof createLog>[0] = 'info'): string[] => {
  const lines: string[] = [];
  const left = [...times];
  const log = createLog(level, { write: (line) => void lines.push(line) }, { now: () => left.shift() ?? 0 });
  for (const _ of times) log.info({}, 'done');
  return lines;
};

test('each line has the time at which it was logged', () => {
  const times = [0, 1, 999, 1_000, 1_700_000_000_007, 1_700_000_000_070, 1_699_999_999_999];
  const told = linesAt(times).map((line) => JSON.parse(line).time);
  expect(told).toEqual(times.map((time) => new Date(time).toISOString()));
});

test('a line is one object: level, time, what the request is, what happened, the message', () => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) }, { now: () => 0 });
  runInContext({ requestId: 'r1' }, () => log.warn({ a: 'line\nbreak', b: undefined, c: [1] }, 'odd'));
  expect(lines).toEqual([
    '{"level":"warn","time":"1970-01-01T00:00:00.000Z","requestId":"r1","a":"line\\nbreak","c":[1],"msg":"odd"}\n',
  ]);
});

test.each([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
  ['silent', 0],
] as const)('of %s and above, %i levels are written', (level, count) => {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => void lines.push(line) });
  for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]({}, each);
  expect(lines).toHaveLength(count);
});
