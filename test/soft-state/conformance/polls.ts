import { expect, test } from 'vitest';
import type { Json } from '#src/lib/json';
import { rivals, strangeKeys } from '../../stores/conformance/rivals.ts';
import { eventually } from '../../support/eventually.ts';
import type { Start } from '../conformance.ts';

const interval = 4_000;
const one = { key: 'k', owner: 'one' };
const other = { key: 'k', owner: 'other' };
const nothingYet = { status: 200, body: { profiles: {} } };
const found = { status: 200, body: { profiles: { Cablevision: { é: '😀' } } } };

export const pollPromises = (start: Start): void => {
  test('of rivals one asks; the others learn when the next turn begins', async () => {
    const given = await start();
    const now = given.clock.monotonic();
    const turns = await rivals(given, 20, ({ polls }, index) =>
      polls.take({ key: 'k', owner: `owner ${index}`, now, interval }),
    );
    expect(turns.filter(({ mine }) => mine)).toHaveLength(1);
    expect(turns.filter((turn) => !turn.mine && turn.next === now + interval)).toHaveLength(19);
  });

  test('the next turn is free when it begins, not before', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    const take = ({ polls }: typeof stores, at: number) =>
      polls.take({ ...(polls === stores.polls ? one : other), now: now + at, interval });
    expect(await take(stores, 0)).toEqual({ mine: true });
    expect(await take(rival, 3_999)).toEqual({ mine: false, next: now + interval });
    expect(await take(rival, 4_000)).toEqual({ mine: true });
    expect(await take(stores, 4_000)).toEqual({ mine: false, next: now + 2 * interval });
  });

  test('an answer that is kept goes to those who follow, and to those who come before the next turn', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    const heard: Json[] = [];
    const own: Json[] = [];
    rival.polls.follow('k', (answer) => heard.push(answer));
    stores.polls.follow('k', (answer) => own.push(answer));
    rival.polls.follow('other', () => expect.unreachable());
    await stores.polls.take({ ...one, now, interval });
    await stores.polls.publish({ ...one, answer: nothingYet, kept: true });
    await eventually(() => expect(heard).toEqual([nothingYet]));
    expect(own).toEqual([]);
    expect(await rival.polls.take({ ...other, now, interval })).toEqual({
      mine: false,
      next: now + interval,
      answer: nothingYet,
    });
  });

  test('the last answer is told, not kept: who comes later asks', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    const heard: Json[] = [];
    rival.polls.follow('k', (answer) => heard.push(answer));
    await stores.polls.take({ ...one, now, interval });
    await stores.polls.publish({ ...one, answer: found, kept: false });
    await eventually(() => expect(heard).toEqual([found]));
    expect(await rival.polls.take({ ...other, now, interval })).toEqual({ mine: true });
  });

  test('who stops following hears nothing more', async () => {
    const { stores, rival, clock } = await start();
    const heard: string[] = [];
    const stop = rival.polls.follow('k', () => heard.push('stopped'));
    rival.polls.follow('k', () => heard.push('following'));
    stop();
    await stores.polls.take({ ...one, now: clock.monotonic(), interval });
    await stores.polls.publish({ ...one, answer: found, kept: false });
    await eventually(() => expect(heard).toEqual(['following']));
  });

  test('a turn that is released is free at once', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    await stores.polls.take({ ...one, now, interval });
    await stores.polls.release(one);
    expect(await rival.polls.take({ ...other, now, interval })).toEqual({ mine: true });
  });

  test('a renewed turn lasts an interval from the renewal', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    await stores.polls.take({ ...one, now, interval });
    expect(await stores.polls.renew({ ...one, now: now + 3_000, interval })).toBe(true);
    expect(await rival.polls.take({ ...other, now: now + 3_000 + interval - 1, interval })).toEqual({
      mine: false,
      next: now + 3_000 + interval,
    });
    expect(await rival.polls.take({ ...other, now: now + 3_000 + interval, interval })).toEqual({
      mine: true,
    });
  });

  test('an owner that lost its turn can neither renew nor release the next one, and its older answer is discarded', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    const heard: Json[] = [];
    await stores.polls.take({ ...one, now, interval });
    const later = now + interval;
    await rival.polls.take({ ...other, now: later, interval });
    await rival.polls.publish({ ...other, answer: nothingYet, kept: true });
    rival.polls.follow('k', (answer) => heard.push(answer));
    expect(await stores.polls.renew({ ...one, now: later, interval })).toBe(false);
    await stores.polls.release(one);
    for (const kept of [true, false]) await stores.polls.publish({ ...one, answer: found, kept });
    expect(await stores.polls.take({ ...one, now: later, interval })).toEqual({
      mine: false,
      next: later + interval,
      answer: nothingYet,
    });
    expect(heard).toEqual([]);
  });

  test('after the last answer is published there is no turn to renew', async () => {
    const { stores, clock } = await start();
    const now = clock.monotonic();
    await stores.polls.take({ ...one, now, interval });
    await stores.polls.publish({ ...one, answer: found, kept: false });
    expect(await stores.polls.renew({ ...one, now, interval })).toBe(false);
  });

  test('strange keys stay apart', async () => {
    const { stores, clock } = await start();
    for (const key of strangeKeys)
      expect(await stores.polls.take({ key, owner: key, now: clock.monotonic(), interval })).toEqual({
        mine: true,
      });
  });
};
