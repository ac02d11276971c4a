// What checking one of Adobe's answers costs: parsed, walked and checked by its shape, as the gateway did at first, and
// scanned without building its values. In turn, so that both meet the same machine. `bench/answers.ts [ROUNDS]`
import type { ZodType } from 'zod';
import { jsonOf } from '#src/adobe-pass/answers';
import { compileShape } from '#src/adobe-pass/expected';
import { matches } from '#src/adobe-pass/scan';
import * as shapes from '#src/rest-v2/answers';
import { type AnswerName, answerFor, largeServiceProvider } from './parties/answers.ts';

const rounds = Number(process.argv[2] ?? 15);
/** Bytes checked in one measurement. */
const volume = 20_000_000;

const cases: readonly (readonly [AnswerName, ZodType])[] = [
  ['profiles', shapes.profiles],
  ['configuration', shapes.configuration],
  ['decisions', shapes.decisions],
];

/** Microseconds of CPU in user mode. */
const cost = (work: () => boolean, times: number): number => {
  const before = process.cpuUsage();
  for (let count = 0; count < times; count++) if (!work()) throw new Error('the answer was refused');
  return process.cpuUsage(before).user / times;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const waysOf = (body: Buffer, shape: ZodType): Readonly<Record<string, () => boolean>> => {
  const compiled = compileShape(shape);
  return {
    parsed: () => shape.safeParse(jsonOf(body)).success,
    'parsed and spelled again': () => {
      const value = jsonOf(body);
      return shape.safeParse(value).success && JSON.stringify(value).length > 0;
    },
    scanned: () => matches(body, compiled),
  };
};

const measure = (body: Buffer, shape: ZodType): Record<string, number> => {
  const ways = Object.entries(waysOf(body, shape));
  const times = Math.ceil(volume / body.length / ways.length);
  const taken = new Map(ways.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of ways) {
      const us = cost(work, times);
      if (round > 0) taken.get(name)?.push(us);
    }
  return Object.fromEntries([...taken].map(([name, values]) => [name, median(values)]));
};

const rows = cases.flatMap(([name, shape]) =>
  ['REF30', largeServiceProvider].map((serviceProvider) => {
    const body = answerFor(name, serviceProvider);
    const { parsed = 0, 'parsed and spelled again': spelled = 0, scanned = 0 } = measure(body, shape);
    return {
      answer: name,
      bytes: body.length,
      'parsed µs': parsed.toFixed(1),
      'and spelled µs': spelled.toFixed(1),
      'scanned µs': scanned.toFixed(1),
      'of parsed': (scanned / parsed).toFixed(2),
      'of both': (scanned / spelled).toFixed(2),
    };
  }),
);
console.table(rows);
