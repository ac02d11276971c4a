import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { maxTokenLength } from '#src/service-token/claims';
import { createIssueServiceToken } from '#src/service-token/issue';
import { isReusable } from '#src/service-token/reuse';
import type { KeyRing } from '#src/signing-keys/ports';
import { newKeyRing, type OneKey } from '../signing-keys/keys.ts';
import { createManualClock } from '../support/manual-clock.ts';

let keys: OneKey;
beforeAll(async () => {
  keys = await newKeyRing();
});

type Ring = Pick<KeyRing, 'signing' | 'publicKey'>;

const setUp = (ring: Ring = keys, maxKept = 100) => {
  const clock = createManualClock();
  let signatures = 0;
  const counted: Ring = {
    publicKey: ring.publicKey,
    signing: () => {
      const signing = ring.signing();
      return (
        signing && {
          kid: signing.kid,
          sign: (bytes) => {
            signatures += 1;
            return signing.sign(bytes);
          },
        }
      );
    },
  };
  const issue = createIssueServiceToken({ keys: counted, clock, ids: systemIds, maxKept });
  return { issue, clock, signatures: () => signatures };
};

const ana = { subject: 'ana', issuer: 'https://sso.example', audience: 'adobe', lifetime: 3_600_000 };

describe('issuing service tokens', () => {
  test('a token contains exactly the claims of the request', async () => {
    const { issue, clock } = setUp();
    const token = await issue(ana);
    const now = clock.now() / 1000;
    expect(decodeJwt(token)).toEqual({
      iss: 'https://sso.example',
      sub: 'ana',
      aud: 'adobe',
      iat: now,
      exp: now + 3600,
      jti: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: keys.kid, typ: 'JWT' });
  });

  test('two hundred concurrent calls share one signature', async () => {
    const { issue, signatures } = setUp();
    const tokens = await Promise.all(Array.from({ length: 200 }, () => issue(ana)));
    expect(new Set(tokens).size).toBe(1);
    expect(signatures()).toBe(1);
  });

  test('a token is reused until the last fifth of its lifetime, then replaced', async () => {
    const { issue, clock, signatures } = setUp();
    const first = await issue(ana);
    await clock.advance(3_600_000 * 0.8 - 1);
    expect(await issue(ana)).toBe(first);
    await clock.advance(1);
    const second = await issue(ana);
    expect(second).not.toBe(first);
    expect(decodeJwt(second).jti).not.toBe(decodeJwt(first).jti);
    expect(signatures()).toBe(2);
  });

  test('requests are never confused, whatever subject, issuer and audience contain', async () => {
    const { issue } = setUp();
    const requests = [
      { ...ana, subject: 'a|b', issuer: 'c' },
      { ...ana, subject: 'a', issuer: 'b|c' },
      { ...ana, subject: 'a","b', issuer: 'c' },
      { ...ana, subject: 'a', issuer: 'b","c' },
      { ...ana, audience: 'another' },
      { ...ana, lifetime: 60_000 },
    ];
    const tokens = await Promise.all(requests.map(issue));
    for (const [i, token] of tokens.entries()) {
      const { iss, sub, aud } = decodeJwt(token);
      expect({ iss, sub, aud }).toEqual({
        iss: requests[i]?.issuer,
        sub: requests[i]?.subject,
        aud: requests[i]?.audience,
      });
    }
    expect(new Set(tokens).size).toBe(requests.length);
  });

  test('tokens for several issuers are reused side by side', async () => {
    const { issue, signatures } = setUp();
    const requests = [
      ana,
      { ...ana, issuer: 'https://other.example' },
      { ...ana, audience: 'another' },
      { ...ana, lifetime: 7_200_000 },
    ];
    const tokens = [];
    for (const request of requests) tokens.push(await issue(request));
    for (const [n, request] of requests.entries()) expect(await issue(request)).toBe(tokens[n]);
    expect(signatures()).toBe(requests.length);
  });

  test('a failed signature does not affect the other tokens of the subject', async () => {
    let works = true;
    const { issue, signatures } = setUp({
      ...keys,
      signing: () => ({
        kid: keys.kid,
        sign: (bytes) => (works ? keys.signing().sign(bytes) : Promise.reject(new Error('no signature'))),
      }),
    });
    const first = await issue(ana);
    works = false;
    await expect(issue({ ...ana, audience: 'another' })).rejects.toThrow('no signature');
    expect(await issue(ana)).toBe(first);
    works = true;
    await issue({ ...ana, audience: 'another' });
    expect(signatures()).toBe(3);
  });

  test('forgetting a subject does not affect others', async () => {
    const { issue } = setUp();
    const ben = { ...ana, subject: 'ben' };
    const [anas, bens] = [await issue(ana), await issue(ben)];
    issue.forget('ana');
    expect(await issue(ana)).not.toBe(anas);
    expect(await issue(ben)).toBe(bens);
  });

  test('a token that was being signed when its subject was forgotten is not reused', async () => {
    const { issue } = setUp();
    const underWay = issue(ana);
    issue.forget('ana');
    expect(await issue(ana)).not.toBe(await underWay);
  });

  describe('when keys change', () => {
    /** Two keys; the test decides which one signs and which are accepted. */
    const twoKeys = async () => {
      const other = await newKeyRing();
      const state = { signs: keys as OneKey | undefined, accepted: [keys, other] };
      const ring: Ring = {
        signing: () => state.signs?.signing(),
        publicKey: (kid) => state.accepted.find((key) => key.kid === kid)?.publicKey(kid),
      };
      return { ...setUp(ring), other, state };
    };
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;

    test('tokens of the previous key are dropped, even if it becomes active again', async () => {
      const { issue, other, state } = await twoKeys();
      const before = await issue(ana);
      state.signs = other;
      expect(kidOf(await issue(ana))).toBe(other.kid);
      state.signs = keys;
      expect(kidOf(await issue(ana))).toBe(keys.kid);
      expect(await issue(ana)).not.toBe(before);
    });

    test('without an active key there is no token, not even a cached one', async () => {
      const { issue, state } = await twoKeys();
      await issue(ana);
      state.signs = undefined;
      await expect(issue(ana)).rejects.toMatchObject({
        code: 'gateway_service_token_unavailable',
        detail: 'there is no active key',
      });
    });

    test('a token whose key is destroyed while it signs is not returned', async () => {
      const { issue, other, state } = await twoKeys();
      const underWay = issue(ana);
      state.signs = other;
      state.accepted = [other];
      await expect(underWay).rejects.toMatchObject({
        code: 'gateway_service_token_unavailable',
        detail: 'its key is no longer accepted',
      });
      expect(kidOf(await issue(ana))).toBe(other.kid);
    });
  });

  test('after the clock was set back a new token is issued: none is from the future', async () => {
    const now = createManualClock().now();
    let step = 0;
    const issue = createIssueServiceToken({
      keys,
      clock: { now: () => now + step },
      ids: systemIds,
      maxKept: 1,
    });
    await issue(ana);
    step = -3_600_000;
    expect(decodeJwt(await issue(ana)).iat).toBe((now + step) / 1000);
  });

  const widest = { subject: '語'.repeat(255), issuer: '語'.repeat(255), audience: '語'.repeat(255) };

  test('the longest possible token stays within the limit', async () => {
    expect((await setUp().issue({ ...ana, ...widest })).length).toBeLessThanOrEqual(maxTokenLength);
  });

  test('a token above the limit is not returned', async () => {
    const sign = async () => new Uint8Array(1_024); // as of a key of 8192 bits
    const { issue } = setUp({ ...keys, signing: () => ({ kid: keys.kid, sign }) });
    expect((await issue(ana)).length).toBeGreaterThan(1_366);
    await expect(issue({ ...ana, ...widest })).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
      detail: expect.stringMatching(/^the token has \d{4} characters$/),
    });
  });

  test.each([59_999, 86_400_001])('a lifetime of %i ms is rejected', async (lifetime) => {
    await expect(setUp().issue({ ...ana, lifetime })).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
    });
  });

  test('tokens of no more subjects are cached than the maximum', async () => {
    const { issue, signatures } = setUp(keys, 2);
    for (const subject of ['a', 'b', 'c', 'c', 'b', 'a']) await issue({ ...ana, subject });
    expect(signatures()).toBe(4);
  });

  test('a failed signature rejects all concurrent calls and is not cached', async () => {
    let works = false;
    const { issue } = setUp({
      ...keys,
      signing: () => ({
        kid: keys.kid,
        sign: async (bytes) => {
          if (!works) throw fail('gateway_service_token_unavailable');
          return keys.signing().sign(bytes);
        },
      }),
    });
    const answers = await Promise.allSettled([issue(ana), issue(ana)]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ reason: { code: 'gateway_service_token_unavailable' } });
    }
    works = true;
    expect(decodeJwt(await issue(ana)).sub).toBe('ana');
  });

  test.each(['', 'a\r\nb', 'x'.repeat(256)])('subject %j is rejected', async (subject) => {
    await expect(setUp().issue({ ...ana, subject })).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
      detail: 'subject, issuer, audience or lifetime is invalid',
    });
  });
});

test.each([
  // lifetime, age, reusable
  [3600, 0, true],
  [3600, 2879, true],
  [3600, 2880, false],
  [120, 59, true], // the last minute is reserved…
  [120, 60, false],
  [60, 29, true], // …but never more than half of the lifetime
  [60, 30, false],
  [3600, 3600, false],
  [3600, -1, false], // the clock was set back
])('a token of %i s is reusable at %i s: %s', (lifetime, age, reusable) => {
  expect(isReusable({ issuedAt: 0, expiresAt: lifetime * 1000 }, age * 1000)).toBe(reusable);
});
