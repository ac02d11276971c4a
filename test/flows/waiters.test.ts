import { expect, test } from 'vitest';
import { createWaiters } from '#src/flows/waiters';
import { fail } from '#src/lib/errors';
import type { ChangeKey } from '#src/stores/change-feed';

const ana: ChangeKey = { kind: 'account', id: 'ana' };

const start = () => {
  const waiters = createWaiters();
  const checks: string[] = [];
  const ends: string[] = [];
  /** Who waits, and the error that a check of theirs meets, if any. */
  const wait = (
    name: string,
    keys: readonly ChangeKey[],
    verdict: () => Error | undefined = () => undefined,
  ) =>
    waiters.follow({
      keys,
      since: waiters.generation(),
      check: async () => {
        checks.push(name);
        const error = verdict();
        if (error) throw error;
      },
      ended: ({ code }) => ends.push(`${name}: ${code}`),
      handOver: () => ends.push(`${name} is handed over`),
    });
  const hear = async (key: ChangeKey) => {
    waiters.changed(key);
    waiters.upToDate();
    await settled();
  };
  return { waiters, checks, ends, wait, hear };
};

const settled = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

test('who is named by a change is checked, nobody else, and ends with the error of a fresh call', async () => {
  const t = start();
  t.wait('on the tv', [ana, { kind: 'instance', id: 'tv' }], () => fail('gateway_revoked'));
  t.wait('of another', [{ kind: 'account', id: 'ben' }]);
  t.wait('an instance of that name', [{ kind: 'instance', id: 'ana' }]);
  await t.hear(ana);
  expect(t.checks).toEqual(['on the tv']);
  expect(t.ends).toEqual(['on the tv: gateway_revoked']);
  await t.hear(ana);
  expect(t.checks).toHaveLength(1);
});

test('who still stands waits on', async () => {
  const t = start();
  t.wait('ana', [ana]);
  await t.hear(ana);
  await t.hear(ana);
  expect(t.checks).toEqual(['ana', 'ana']);
  expect(t.ends).toEqual([]);
});

test('who left is not checked', async () => {
  const t = start();
  t.wait('ana', [ana])();
  await t.hear(ana);
  expect(t.checks).toEqual([]);
});

test('when changes may have been missed, everyone is checked', async () => {
  const t = start();
  for (let index = 0; index < 100; index += 1)
    t.wait(`waiter ${index}`, [{ kind: 'account', id: `${index}` }]);
  t.waiters.missed();
  t.waiters.upToDate();
  await settled();
  expect(new Set(t.checks).size).toBe(100);
});

test('who was identified before a change and came after it is checked at once', async () => {
  const t = start();
  const since = t.waiters.generation();
  await t.hear(ana);
  t.waiters.follow({
    keys: [ana],
    since,
    check: () => Promise.reject(fail('gateway_access_token_invalid')),
    ended: ({ code }) => t.ends.push(code),
    handOver: () => undefined,
  });
  await settled();
  expect(t.ends).toEqual(['gateway_access_token_invalid']);
});

test('while the store is away nobody is ended; they are checked again at the next turn', async () => {
  const t = start();
  let verdict = fail('gateway_unavailable');
  t.wait('ana', [ana], () => verdict);
  await t.hear(ana);
  expect(t.ends).toEqual([]);
  verdict = fail('gateway_revoked');
  t.waiters.upToDate();
  await settled();
  expect(t.ends).toEqual(['ana: gateway_revoked']);
});

test('who waits is handed over once, who comes after that at once', () => {
  const t = start();
  t.wait('ana', [ana]);
  const leave = t.wait('gone', [ana]);
  leave();
  t.waiters.handOver();
  t.wait('late', [ana]);
  expect(t.ends).toEqual(['ana is handed over', 'late is handed over']);
});
