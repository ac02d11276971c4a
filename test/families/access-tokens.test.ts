import { beforeEach, expect, test } from 'vitest';
import { type AccessTokens, createAccessTokens } from '#src/families/access-tokens';
import { fingerprint } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { signIn } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const bearer = 'a-token_'.padEnd(43, 'x');
const exp = 2_000_000_000;
const token = { kind: 'AccessToken', grantId: 'grant-1', accountId: 'ana', clientId: 'tv', exp };

let stores: Stores;
let clock: ReturnType<typeof createManualClock>;
let tokens: AccessTokens;

const store = (payload: Record<string, string | number>, id = bearer) =>
  stores.artifacts.upsert({ model: 'AccessToken', id, payload }, clock.now());

beforeEach(async () => {
  clock = createManualClock((exp - 60) * 1000);
  stores = createMemoryStores();
  tokens = createAccessTokens({ callers: stores.callers, exchanges: stores.exchanges, clock });
});

test('a stored token names its sign-in, viewer and client, and comes with what it rests on', async () => {
  await store(token);
  await stores.signIns.record(signIn({ grant: 'grant-1' }));
  expect(await tokens.find(bearer)).toEqual({
    hash: fingerprint(bearer),
    signIn: signIn({ grant: 'grant-1' }),
    instance: undefined,
    account: undefined,
    revoked: undefined,
    pairs: [],
    grant: 'grant-1',
    viewer: 'ana',
    clientId: 'tv',
    expiresAt: exp * 1000,
  });
});

test('the first use of a token ends the answer that issued it, and is the only one that writes', async () => {
  const now = clock.now();
  await stores.signIns.record(signIn({ grant: 'grant-1' }));
  await stores.artifacts.upsert({ model: 'RefreshToken', id: 'r0', payload: {}, grantId: 'grant-1' }, now);
  const issued = [{ model: 'AccessToken', id: bearer, payload: token, grantId: 'grant-1' }];
  const redeemed = { model: 'RefreshToken', id: 'r0' };
  const kept = { answer: {}, answerUntil: now + 60_000, rememberedUntil: now + 60_000 };
  await stores.exchanges.commit({ redeemed, grant: 'grant-1', client: 'tv', issued, ...kept }, now);
  const used: string[] = [];
  const exchanges = {
    used: (model: string, id: string) => {
      used.push(id);
      return stores.exchanges.used(model, id);
    },
  };
  const counted = createAccessTokens({ callers: stores.callers, exchanges, clock });
  for (let call = 0; call < 3; call += 1) expect(await counted.find(bearer)).toBeDefined();
  expect(used).toEqual([bearer]);
  expect((await stores.exchanges.findRedeemed('RefreshToken', 'r0', now))?.answer).toBeNull();
});

test('a token is good until the second it expires in', async () => {
  await store(token);
  await clock.advance(59_999);
  expect(await tokens.find(bearer)).toBeDefined();
  await clock.advance(1);
  expect(await tokens.find(bearer)).toBeUndefined();
});

test('a token that was never stored, or removed with its sign-in, is none', async () => {
  await stores.signIns.record(signIn({ grant: 'grant-1' }));
  await stores.artifacts.upsert(
    { model: 'AccessToken', id: bearer, payload: token, grantId: 'grant-1' },
    clock.now(),
  );
  await stores.signIns.end('grant-1', clock.now());
  expect(await tokens.find(bearer)).toBeUndefined();
  expect(await tokens.find('b'.repeat(43))).toBeUndefined();
});

test.each([
  ['shorter', bearer.slice(1)],
  ['longer', `${bearer}x`],
  ['with a character outside the alphabet', bearer.replace('-', '+')],
  ['with a line break', `${bearer}\n`],
  ['with something in front', ` ${bearer}`],
])('a bearer %s is not looked up', async (_what, spelling) => {
  await store(token, spelling);
  expect(await tokens.find(spelling)).toBeUndefined();
});

test.each(['kind', 'grantId', 'accountId', 'clientId', 'exp'])(
  'a record without %s is no token',
  async (member) => {
    await store(Object.fromEntries(Object.entries(token).filter(([name]) => name !== member)));
    expect(await tokens.find(bearer)).toBeUndefined();
  },
);

test('a record of another kind is no token', async () => {
  await store({ ...token, kind: 'RefreshToken' });
  expect(await tokens.find(bearer)).toBeUndefined();
});
