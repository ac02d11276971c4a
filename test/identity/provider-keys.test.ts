import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProviderFetch } from '#src/identity/http';
import { createProviderKeys } from '#src/identity/provider-keys';
import { createManualClock } from '../support/manual-clock.ts';
import { newSigningKey, seal } from './drafts.ts';
import { json, startServer } from './scripted-op.ts';

const one = newSigningKey('one');
const two = newSigningKey('two');
const minute = 60_000;

let server: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  server = await startServer({ '/jwks': json({ keys: [one.jwk] }) });
});
afterEach(() => server[Symbol.asyncDispose]());

const setUp = () => {
  const clock = createManualClock();
  const fetch = createProviderFetch({ insecureHttp: true });
  const keys = createProviderKeys(`${server.origin}/jwks`, { fetch, clock });
  const find = async (kid: string) => {
    const token = seal({ header: { alg: 'RS256', kid }, claims: {}, key: one.privateKey });
    const [, payload = '', signature = ''] = token.split('.');
    return keys.find({ ...decodeProtectedHeader(token), alg: 'RS256' }, { payload, signature });
  };
  return { clock, find, keys };
};

const unavailable = { code: 'identity_provider_unavailable' };
const noKey = { code: 'ERR_JWKS_NO_MATCHING_KEY' };
const reads = () => server.times('/jwks');

test('are read once for all who ask at once, and kept', async () => {
  const { find, clock } = setUp();
  await Promise.all(Array.from({ length: 50 }, () => find('one')));
  await clock.advance(10 * minute - 1);
  await find('one');
  expect(reads()).toBe(1);
  await clock.advance(1);
  await find('one');
  expect(reads()).toBe(2);
});

test('a thousand unknown kids cost one reading per five seconds', async () => {
  const { find, clock } = setUp();
  await find('one');
  for (let second = 0; second < 10; second += 1) {
    const guesses = await Promise.allSettled(Array.from({ length: 100 }, (_, i) => find(`${second}-${i}`)));
    for (const guess of guesses) expect(guess).toMatchObject({ reason: noKey });
    await clock.advance(1_000);
  }
  expect(reads()).toBe(3);
});

test('a key that appears is found at once, by all who need it', async () => {
  const { find } = setUp();
  await find('one');
  server.routes['/jwks'] = json({ keys: [one.jwk, two.jwk] });
  const found = await Promise.all(Array.from({ length: 20 }, () => find('two')));
  for (const key of found) expect(key).toMatchObject({ type: 'public' });
  expect(reads()).toBe(2);
});

test.each([
  ['500', json({}, 500)],
  ['a redirect', json({}, 301)],
  ['HTML', (_: unknown, response: { end(text: string): void }) => response.end('<html>')],
  ['no keys', json({ keys: [] })],
  ['no usable keys', json({ keys: [{ kty: 'oct', k: 'AA' }, 'x'] })],
  ['private keys', json({ keys: [one.privateKey.export({ format: 'jwk' })] })],
  ['two megabytes', json({ keys: [{ kty: 'RSA', pad: 'x'.repeat(2_000_000) }] })],
])('%s instead of a key set: the last good one serves, for an hour', async (_, answer) => {
  const { find, clock } = setUp();
  const good = server.routes['/jwks'] ?? json({});
  await find('one');
  server.routes['/jwks'] = answer;
  await clock.advance(60 * minute - 1);
  await find('one');
  await find('one');
  expect(reads()).toBe(2);
  await clock.advance(1);
  await expect(find('one')).rejects.toMatchObject({ code: expect.stringMatching(/^identity_provider_/) });
  server.routes['/jwks'] = good;
  await clock.advance(5_000);
  await find('one');
});

describe('while there was never a good set', () => {
  test('everybody is told that the provider is unavailable, and it is asked every five seconds', async () => {
    const { find, clock } = setUp();
    const good = server.routes['/jwks'] ?? json({});
    server.routes['/jwks'] = json({}, 503);
    for (let i = 0; i < 5; i += 1) await expect(find('one')).rejects.toMatchObject(unavailable);
    expect(reads()).toBe(1);
    server.routes['/jwks'] = good;
    await clock.advance(5_000);
    expect(await find('one')).toMatchObject({ type: 'public' });
  });
});

test('an unknown kid during an outage is not called a bad token', async () => {
  const { find } = setUp();
  await find('one');
  server.routes['/jwks'] = json({}, 503);
  await expect(find('two')).rejects.toMatchObject(unavailable);
  expect(await find('one')).toMatchObject({ type: 'public' });
});
