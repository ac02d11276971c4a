import { expect, test } from 'vitest';
import { judgeRedemption } from '#src/authorization-server/provider/redemption-policy';
import type { JsonObject } from '#src/lib/json';

const now = Date.UTC(2030, 0, 1);
const stored = (payload: JsonObject = {}, consumedAt: number | null = null) => ({
  payload: { clientId: 'tv', exp: now / 1000 + 60, ...payload },
  consumedAt,
  answerKept: false,
});
const context = { route: 'token', clientId: 'tv', now };

test.each(['AuthorizationCode', 'RefreshToken', 'DeviceCode'])(
  'a second use of %s counts as a repetition for ten seconds, then as theft',
  (model) => {
    const decided = { accountId: 'ana' };
    expect(judgeRedemption(model, stored(decided, now), context)).toBe('repeated');
    expect(judgeRedemption(model, stored(decided, now - 9_999), context)).toBe('repeated');
    expect(judgeRedemption(model, stored(decided, now - 10_000), context)).toBe('proceed');
  },
);

test('another client, another route and other models are left to oidc-provider', () => {
  const spent = stored({}, now);
  expect(judgeRedemption('RefreshToken', spent, { ...context, clientId: 'web' })).toBe('proceed');
  expect(judgeRedemption('RefreshToken', spent, { ...context, clientId: undefined })).toBe('proceed');
  expect(judgeRedemption('RefreshToken', spent, { ...context, route: 'revocation' })).toBe('proceed');
  expect(judgeRedemption('DeviceCode', stored(), { ...context, route: undefined })).toBe('proceed');
  expect(judgeRedemption('AccessToken', spent, context)).toBe('proceed');
});

test('polls count while the code is pending', () => {
  expect(judgeRedemption('DeviceCode', stored(), context)).toBe('poll');
  expect(judgeRedemption('DeviceCode', stored({ exp: now / 1000 }), context)).toBe('proceed');
  expect(judgeRedemption('DeviceCode', stored({ accountId: 'ana' }), context)).toBe('proceed');
  expect(judgeRedemption('DeviceCode', stored({ error: 'access_denied' }), context)).toBe('proceed');
  expect(judgeRedemption('AuthorizationCode', stored(), context)).toBe('proceed');
});
