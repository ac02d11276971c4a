import { expect, test } from 'vitest';
import type { SubjectEntry } from '#src/stores/subject-ports';
import type { Start } from '../conformance.ts';
import { rivals } from './rivals.ts';

const entry = (by: string): SubjectEntry => ({
  at: 1_000,
  by,
  event: { event: 'family', family: 'ref', nested: { list: [1, null, 'two'] } },
});

export const subjectPromises = (start: Start): void => {
  test('the journal grows in order, and never forgets', async () => {
    const { stores, rival } = await start();
    expect(await stores.subjects.read()).toEqual([]);
    expect(await stores.subjects.append(0, [entry('ana'), entry('ben')])).toBe(true);
    expect(await rival.subjects.append(2, [entry('chloe')])).toBe(true);
    expect(await stores.subjects.read()).toEqual([entry('ana'), entry('ben'), entry('chloe')]);
  });

  test('who has not seen the last entry appends nothing', async () => {
    const { stores, rival } = await start();
    await stores.subjects.append(0, [entry('ana')]);
    for (const length of [0, 2]) {
      expect(await rival.subjects.append(length, [entry('ben'), entry('chloe')])).toBe(false);
    }
    expect(await rival.subjects.read()).toEqual([entry('ana')]);
  });

  test('of rivals who saw the same journal one appends', async () => {
    const given = await start();
    const appended = await rivals(given, 20, (through, index) =>
      through.subjects.append(0, [entry(`rival ${index}`)]),
    );
    expect(appended.filter(Boolean)).toHaveLength(1);
    expect(await given.stores.subjects.read()).toHaveLength(1);
  });

  test('an entry that was given out cannot be changed from outside', async () => {
    const { stores } = await start();
    await stores.subjects.append(0, [entry('ana')]);
    const [given] = await stores.subjects.read();
    if (given) given.event['family'] = 'changed';
    expect(await stores.subjects.read()).toEqual([entry('ana')]);
  });
};
