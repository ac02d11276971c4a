import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import { createAnswerCache, type Read } from '#src/known-answers/answer-cache';
import { createManualClock } from '../support/manual-clock.ts';

const minute = 60_000;

const answerOf = (text: string): Answer => ({
  status: 200,
  bytes: Buffer.from(text),
  get body(): never {
    throw new Error('it was parsed');
  },
});

/** A cache, and how to ask Adobe through it for an answer of now. */
const openCache = () => {
  const clock = createManualClock();
  const cache = createAnswerCache<string>({ maxBytes: 100_000, clock, isUpToDate: () => true });
  const validUntil = clock.now() + 7 * minute;
  const assessed: string[] = [];
  const readOf = (text: string, fresh: boolean): Read<string> => ({
    ...{ key: 'k', tags: ['t'], about: 'a', fresh },
    run: async () => answerOf(text),
    assess: ({ bytes }) => {
      assessed.push(String(bytes));
      return { lifetime: { freshFor: 5 * minute, staleFor: 0, validUntil } };
    },
  });
  const read = async (text: string, fresh = true) => {
    const { result, answer } = cache.read(readOf(text, fresh));
    return [result, String((await answer).bytes)];
  };
  return { clock, cache, assessed, read };
};

test('an answer in the same bytes is not looked into again, any other is', async () => {
  const { assessed, read } = openCache();
  for (const text of ['one', 'one', 'two', 'two', 'one']) expect(await read(text)).toEqual(['miss', text]);
  expect(assessed).toEqual(['one', 'two', 'one']);
});

test('it is as fresh as any other, but no longer valid than before', async () => {
  const { clock, read } = openCache();
  await read('one');
  await clock.advance(4 * minute);
  await read('one');
  await clock.advance(2 * minute);
  expect(await read('two', false)).toEqual(['hit', 'one']);
  await clock.advance(2 * minute);
  expect(await read('two', false)).toEqual(['miss', 'two']);
});

test('after a drop it is looked into like a new one', async () => {
  const { cache, assessed, read } = openCache();
  await read('one');
  cache.drop('t');
  await read('one');
  expect(assessed).toEqual(['one', 'one']);
});
