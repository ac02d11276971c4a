import { beforeEach, expect, test } from 'vitest';
import { type AccessTokens, createAccessTokens } from '#src/families/access-tokens';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
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
  tokens = createAccessTokens({ artifacts: stores.artifacts, exchanges: stores.exchanges, clock });
  await stores.artifacts.upsert({ model: 'Grant', id: 'grant-1', payload: {} }, clock.now());
});

test('a stored token names its sign-in, viewer and client', async () => {
  await store(token);
  expect(await tokens.find(bearer)).toEqual({
    grant: 'grant-1',
    viewer: 'ana',
    clientId: 'tv',
    expiresAt: exp * 1000,
  });
});

test('a token is good until the second it expires in', async () => {
  await store(token);
  await clock.advance(59_999);
  expect(await tokens.find(bearer)).toBeDefined();
  await clock.advance(1);
  expect(await tokens.find(bearer)).toBeUndefined();
});

test('a token outlives neither its grant nor its record', async () => {
  await store(token);
  await stores.artifacts.destroy('Grant', 'grant-1');
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
