import { expect, test } from 'vitest';
import type { Notice } from '#src/soft-state/ports';
import type { Start } from '../conformance.ts';

const notices: readonly Notice[] = [
  { kind: 'account', id: 'é' },
  { kind: 'sign-in', id: 'g' },
];

export const noticePromises = (start: Start): void => {
  test('who sends knows that the others have acted on it', async () => {
    const { stores, rival } = await start();
    const acted: (readonly Notice[])[] = [];
    rival.notices.receive(async (received) => {
      await new Promise(setImmediate);
      acted.push(received);
    });
    stores.notices.receive(() => expect.unreachable());
    await stores.notices.send(notices);
    expect(acted).toEqual([notices]);
  });

  test('a listener that fails, and one that has left, keep nobody waiting', async () => {
    const { stores, rival } = await start();
    const left: string[] = [];
    rival.notices.receive(() => Promise.reject(new Error('the store is away')));
    rival.notices.receive(async () => void left.push('left'))();
    await stores.notices.send(notices);
    expect(left).toEqual([]);
  });
};
