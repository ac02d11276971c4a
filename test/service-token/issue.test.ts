import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { createIssueServiceToken } from '#src/service-token/issue';
import type { KeySet } from '#src/service-token/key-set';
import { isReusable } from '#src/service-token/reuse';
import { createManualClock } from '../support/manual-clock.ts';
import { newKeySet } from './keys.ts';

let keys: KeySet;
beforeAll(async () => {
  keys = await newKeySet();
});

/** Counts how often the private key is asked for: once for each signature. */
const setUp = (keySet = keys, capacity = 100) => {
  const clock = createManualClock();
  let signatures = 0;
  const counted: KeySet = {
    ...keySet,
    get signing() {
      const { kid } = keySet.signing;
      return {
        kid,
        get key() {
          signatures += 1;
          return keySet.signing.key;
        },
      };
    },
  };
  const issue = createIssueServiceToken({ keySet: counted, clock, ids: systemIds, capacity });
  return { issue, clock, signatures: () => signatures };
};

const ana = { subject: 'ana', issuer: 'https://sso.example', audience: 'adobe', lifetime: 3_600_000 };

describe('issuing service tokens', () => {
  test('says who the viewer is and nothing else', async () => {
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
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: keys.signing.kid, typ: 'JWT' });
  });

  test('two hundred who ask at once share one signature', async () => {
    const { issue, signatures } = setUp();
    const tokens = await Promise.all(Array.from({ length: 200 }, () => issue(ana)));
    expect(new Set(tokens).size).toBe(1);
    expect(signatures()).toBe(1);
  });

  test('a token is reused until the last fifth of its life, then made anew', async () => {
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

  test('no choice of subject, issuer and audience makes two requests one', async () => {
    const { issue } = setUp();
    const asked = [
      { ...ana, subject: 'a|b', issuer: 'c' },
      { ...ana, subject: 'a', issuer: 'b|c' },
      { ...ana, subject: 'a","b', issuer: 'c' },
      { ...ana, subject: 'a', issuer: 'b","c' },
      { ...ana, audience: 'another' },
      { ...ana, lifetime: 60_000 },
    ];
    const tokens = await Promise.all(asked.map(issue));
    for (const [i, token] of tokens.entries()) {
      const { iss, sub, aud } = decodeJwt(token);
      expect({ iss, sub, aud }).toEqual({
        iss: asked[i]?.issuer,
        sub: asked[i]?.subject,
        aud: asked[i]?.audience,
      });
    }
    expect(new Set(tokens).size).toBe(asked.length);
  });

  test('forgetting a subject leaves the others theirs', async () => {
    const { issue } = setUp();
    const ben = { ...ana, subject: 'ben' };
    const [anas, bens] = [await issue(ana), await issue(ben)];
    issue.forget('ana');
    expect(await issue(ana)).not.toBe(anas);
    expect(await issue(ben)).toBe(bens);
  });

  test('a token that was being signed when its subject was forgotten is not kept', async () => {
    const { issue } = setUp();
    const underWay = issue(ana);
    issue.forget('ana');
    expect(await issue(ana)).not.toBe(await underWay);
  });

  test('a new signing key means a new token', async () => {
    let current = keys;
    const rotating: KeySet = {
      ...keys,
      get signing() {
        return current.signing;
      },
    };
    const { issue } = setUp(rotating);
    const old = await issue(ana);
    current = await newKeySet();
    expect(decodeProtectedHeader(await issue(ana)).kid).toBe(current.signing.kid);
    expect(decodeProtectedHeader(old).kid).toBe(keys.signing.kid);
  });

  test('keeps no more subjects than it may', async () => {
    const { issue, signatures } = setUp(keys, 2);
    for (const subject of ['a', 'b', 'c', 'c', 'b', 'a']) await issue({ ...ana, subject });
    expect(signatures()).toBe(4);
  });

  test('a failed signature is told to all who wait, and forgotten', async () => {
    const good = keys.signing;
    let signing = { kid: good.kid, key: keys.publicKey(good.kid) ?? good.key };
    const { issue } = setUp({
      ...keys,
      get signing() {
        return signing;
      },
    });
    const answers = await Promise.allSettled([issue(ana), issue(ana)]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ reason: { code: 'gateway_service_token_unavailable' } });
    }
    signing = good;
    expect(decodeJwt(await issue(ana)).sub).toBe('ana');
  });

  test.each(['', 'a\r\nb', 'x'.repeat(256)])('subject %j gets no token', async (subject) => {
    await expect(setUp().issue({ ...ana, subject })).rejects.toMatchObject({
      code: 'gateway_service_token_unavailable',
    });
  });
});

test.each([
  // life, age: still good?
  [3600, 0, true],
  [3600, 2879, true],
  [3600, 2880, false],
  [120, 59, true], // the last minute is kept back…
  [120, 60, false],
  [60, 29, true], // …but never more than half of the life
  [60, 30, false],
  [3600, 3600, false],
  [3600, -1, false], // the clock was set back
])('a token of %i s is reusable at %i s: %s', (life, age, reusable) => {
  expect(isReusable({ issuedAt: 0, expiresAt: life * 1000 }, age * 1000)).toBe(reusable);
});
