import { expect, test } from 'vitest';
import {
  isPoll,
  isRedemption,
  judgeSpent,
  keepRedeemed,
} from '#src/authorization-server/provider/redemption-policy';

const now = Date.UTC(2030, 0, 1);
const context = { route: 'token', clientId: 'tv', now };
const minute = 60_000;

test('codes and refresh tokens are redeemed at the token endpoint', () => {
  for (const model of ['AuthorizationCode', 'RefreshToken', 'DeviceCode'])
    expect(isRedemption(model, context)).toBe(true);
  expect(isRedemption('AccessToken', context)).toBe(false);
  expect(isRedemption('RefreshToken', { ...context, route: 'revocation' })).toBe(false);
  expect(isRedemption('DeviceCode', { ...context, route: undefined })).toBe(false);
});

test('polls count while the code of this client is pending', () => {
  const pending = { clientId: 'tv', exp: now / 1000 + 60 };
  expect(isPoll('DeviceCode', pending, context)).toBe(true);
  expect(isPoll('DeviceCode', pending, { ...context, clientId: 'web' })).toBe(false);
  expect(isPoll('DeviceCode', { ...pending, exp: now / 1000 }, context)).toBe(false);
  expect(isPoll('DeviceCode', { ...pending, accountId: 'ana' }, context)).toBe(false);
  expect(isPoll('DeviceCode', { ...pending, error: 'access_denied' }, context)).toBe(false);
  expect(isPoll('AuthorizationCode', pending, context)).toBe(false);
});

test('what was redeemed and comes back', () => {
  const request = { route: 'token', clientId: 'tv', receivedAt: now + 1 };
  const spent = { grant: 'g', client: 'tv', redeemedAt: now, answer: null };
  const kept = { ...spent, answer: {} };
  expect(judgeSpent(kept, request)).toBe('repeated');
  expect(judgeSpent(spent, request)).toBe('reused');
  expect(judgeSpent(spent, { ...request, receivedAt: now })).toBe('late');
  for (const answer of [null, {}]) {
    expect(judgeSpent({ ...spent, answer }, { ...request, clientId: 'web' })).toBe('unknown');
    expect(judgeSpent({ ...spent, answer }, { ...request, clientId: undefined })).toBe('unknown');
    expect(judgeSpent({ ...spent, answer }, { ...request, route: 'revocation' })).toBe('revoked');
  }
});

test('a refresh token is remembered until it would have expired, its answer for the time that is set', () => {
  const times = { now, expiresAt: now + 60 * minute, lostAnswerLifetime: 30 * minute };
  const kept = { answerUntil: now + 30 * minute, rememberedUntil: now + 60 * minute };
  expect(keepRedeemed('RefreshToken', times)).toEqual(kept);
  const late = { ...times, expiresAt: now + 1 };
  expect(keepRedeemed('RefreshToken', late).rememberedUntil).toBe(now + 30 * minute);
});

test.each(['AuthorizationCode', 'DeviceCode'])(
  'the answer to %s is kept for ten minutes at most',
  (model) => {
    const times = { now, expiresAt: now + minute };
    const lasting = keepRedeemed(model, { ...times, lostAnswerLifetime: 30 * minute });
    expect(lasting).toEqual({ answerUntil: now + 10 * minute, rememberedUntil: now + 10 * minute });
    const none = keepRedeemed(model, { ...times, lostAnswerLifetime: 0 });
    expect(none).toEqual({ answerUntil: now, rememberedUntil: now + minute });
  },
);
