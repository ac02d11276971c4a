import { expect, test } from 'vitest';
import type { TokenExchange } from '#src/stores/expiring-ports';
import type { Stores } from '#src/stores/ports';
import { signIn } from '../../support/builders.ts';
import type { Given, Start } from '../conformance.ts';
import { rivals } from './rivals.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The exchange of `from` for a refresh token and an access token whose names say where they came from. */
const exchange = (from: string, now: number, changes: Partial<TokenExchange> = {}): TokenExchange => ({
  redeemed: { model: 'RefreshToken', id: from },
  grant: 'g1',
  client: 'tv',
  issued: [
    {
      model: 'AccessToken',
      id: `access after ${from}`,
      payload: { jti: from },
      grantId: 'g1',
      expiresAt: now + hour,
    },
    { model: 'RefreshToken', id: `after ${from}`, payload: {}, grantId: 'g1', expiresAt: now + 10 * hour },
  ],
  answer: { for: from },
  answerUntil: now + 5 * minute,
  rememberedUntil: now + 2 * hour,
  ...changes,
});

/** A sign-in with the refresh token `r0`. */
const signedIn = async (start: Start): Promise<Given & { now: number }> => {
  const given = await start();
  const now = given.clock.now();
  await given.stores.signIns.record(signIn({ grant: 'g1', idleAt: now + minute }));
  const token = { model: 'RefreshToken', id: 'r0', payload: {}, grantId: 'g1', expiresAt: now + 10 * hour };
  await given.stores.artifacts.upsert(token, now);
  return { ...given, now };
};

const answer = async ({ exchanges }: Stores, id: string, now: number) =>
  (await exchanges.findRedeemed('RefreshToken', id, now))?.answer;

export const exchangePromises = (start: Start): void => {
  test('what is redeemed is gone, what is issued is there, and the answer is kept', async () => {
    const { stores, rival, now } = await signedIn(start);
    expect(await stores.exchanges.commit(exchange('r0', now), now)).toBe(true);
    expect(await rival.artifacts.find('RefreshToken', 'r0', now)).toBeUndefined();
    expect(await rival.artifacts.find('AccessToken', 'access after r0', now)).toEqual({
      payload: { jti: 'r0' },
      consumedAt: null,
      answerKept: true,
    });
    expect(await rival.exchanges.findRedeemed('RefreshToken', 'r0', now)).toEqual({
      grant: 'g1',
      client: 'tv',
      redeemedAt: now,
      answer: { for: 'r0' },
    });
    expect(await rival.exchanges.findRedeemed('DeviceCode', 'r0', now)).toBeUndefined();
    expect(await rival.exchanges.findRedeemed('RefreshToken', 'after r0', now)).toBeUndefined();
  });

  test('of rivals with answers of their own one commits, and all find its answer', async () => {
    const given = await signedIn(start);
    const { stores, now } = given;
    const won = await rivals(given, 40, (through, index) => {
      const access = { model: 'AccessToken', id: `access ${index}`, payload: {}, grantId: 'g1' };
      const rivalExchange = exchange('r0', now, { issued: [access], answer: { index } });
      return through.exchanges.commit(rivalExchange, now);
    });
    expect(won.filter(Boolean)).toHaveLength(1);
    const index = won.indexOf(true);
    expect(await answer(stores, 'r0', now)).toEqual({ index });
    for (const other of won.keys()) {
      const found = await stores.artifacts.find('AccessToken', `access ${other}`, now);
      expect(found !== undefined).toBe(other === index);
    }
  });

  test.each([
    ['an unknown artifact', async () => undefined],
    ['a consumed artifact', async ({ stores, now }) => stores.artifacts.consume('RefreshToken', 'r0', now)],
    ['an expired artifact', async ({ clock }) => clock.advance(10 * hour)],
    ['an ended sign-in', async ({ stores, now }) => stores.signIns.end('g1', now)],
  ] satisfies [string, (given: Given & { now: number }) => Promise<unknown>][])(
    '%s is not redeemed, and nothing is written',
    async (name, prepare) => {
      const given = await signedIn(start);
      await prepare(given);
      const now = given.clock.now();
      const from = name === 'an unknown artifact' ? 'unknown' : 'r0';
      expect(await given.stores.exchanges.commit(exchange(from, now), now)).toBe(false);
      expect(await given.stores.artifacts.find('RefreshToken', `after ${from}`, now)).toBeUndefined();
      expect(await given.stores.exchanges.findRedeemed('RefreshToken', from, now)).toBeUndefined();
    },
  );

  test('the answer ends when an issued token is used, at the time given at the latest', async () => {
    const { stores, rival, now } = await signedIn(start);
    await stores.exchanges.commit(exchange('r0', now), now);
    expect(await answer(stores, 'r0', now + 5 * minute - 1)).toEqual({ for: 'r0' });
    expect(await answer(stores, 'r0', now + 5 * minute)).toBeNull();
    await rival.exchanges.used('AccessToken', 'access after r0');
    expect(await answer(stores, 'r0', now)).toBeNull();
    const used = await stores.artifacts.find('AccessToken', 'access after r0', now);
    expect(used?.answerKept).toBe(false);
    await stores.exchanges.used('AccessToken', 'access after r0');
    await stores.exchanges.used('AccessToken', 'unknown');
  });

  test('the answer ends when its successor is redeemed, and only that one', async () => {
    const { stores, now } = await signedIn(start);
    await stores.exchanges.commit(exchange('r0', now), now);
    await stores.exchanges.commit(exchange('after r0', now), now);
    expect(await answer(stores, 'r0', now)).toBeNull();
    expect(await answer(stores, 'after r0', now)).toEqual({ for: 'after r0' });
    await stores.exchanges.used('AccessToken', 'access after r0');
    expect(await answer(stores, 'after r0', now)).toEqual({ for: 'after r0' });
  });

  test('a redeemed artifact is remembered for its time, and ends with its sign-in', async () => {
    const { stores, now } = await signedIn(start);
    await stores.exchanges.commit(exchange('r0', now), now);
    const spent = (at: number) => stores.exchanges.findRedeemed('RefreshToken', 'r0', at);
    expect(await spent(now + 2 * hour - 1)).toMatchObject({ answer: null });
    expect(await spent(now + 2 * hour)).toBeUndefined();
    await stores.signIns.end('g1', now);
    expect(await spent(now)).toBeUndefined();
    expect(await stores.artifacts.find('AccessToken', 'access after r0', now)).toBeUndefined();
  });

  test('the sign-in lasts as long as what was issued, and is never shortened', async () => {
    const { stores, now } = await signedIn(start);
    await stores.exchanges.commit(exchange('r0', now), now);
    expect((await stores.signIns.find('g1'))?.idleAt).toBe(now + 10 * hour);
    const access = { model: 'AccessToken', id: 'short', payload: {}, grantId: 'g1', expiresAt: now + 1 };
    await stores.exchanges.commit(exchange('after r0', now, { issued: [access] }), now);
    expect((await stores.signIns.find('g1'))?.idleAt).toBe(now + 10 * hour);
  });
};
