import { createHmac, timingSafeEqual } from 'node:crypto';
import got from 'got';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createFacebook } from '#src/identity/facebook/facebook';
import { systemClock } from '#src/lib/clock';
import { createManualClock } from '../support/manual-clock.ts';
import { startReceiver } from './receiver.ts';
import { startParty } from './start-party.ts';

const { facebook: app, facebookOther: otherApp } = defaultFixtures.clients;
const ana = defaultFixtures.users.find(({ id }) => id === 'ana')?.facebook.id;

/** A receiver's check, written off Facebook's page; null for what does not hold. */
const open = (signedRequest: string, secret: string): Record<string, unknown> | null => {
  const [signature = '', payload = ''] = signedRequest.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = createHmac('sha256', secret).update(payload).digest();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const content = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return content.algorithm === 'HMAC-SHA256' ? content : null;
};

const confirmation = { url: 'https://gateway.example/deletions/abc', confirmation_code: 'abc' };

const stage = async (answer = { status: 200, body: JSON.stringify(confirmation) }, clock = systemClock) => {
  const receiver = await startReceiver(answer);
  const world = await startParty(createFacebook, clock, receiver.origin);
  const stopWorld = world[Symbol.asyncDispose];
  return Object.assign(world, {
    receiver,
    [Symbol.asyncDispose]: async () => {
      await stopWorld();
      await receiver[Symbol.asyncDispose]();
    },
    received: (secret = app.clientSecret) => open(receiver.field('signed_request'), secret),
  });
};

test('leaving the app is posted with a signature that holds', async () => {
  const clock = createManualClock();
  await using facebook = await stage(undefined, clock);
  const sent = await facebook.party.sendEvent({ kind: 'deauthorize', user: 'ana' });
  expect(sent).toMatchObject({ accepted: true, user: 'ana', answer: { status: 200 } });
  expect(facebook.receiver.received).toMatchObject([
    { path: '/backchannel/facebook/deauthorize', contentType: 'application/x-www-form-urlencoded' },
  ]);
  const issued_at = clock.now() / 1000;
  expect(facebook.received()).toEqual({
    algorithm: 'HMAC-SHA256',
    expires: issued_at + 3600,
    issued_at,
    user_id: ana,
  });
  expect(facebook.received(otherApp.clientSecret)).toBeNull();
});

test('a deletion is answered with where to follow it and a code', async () => {
  await using facebook = await stage();
  const sent = await facebook.party.sendEvent({ kind: 'data-deletion', user: 'ana' });
  expect(facebook.receiver.received[0]?.path).toBe('/backchannel/facebook/data-deletion');
  expect(sent.accepted).toBe(true);
  expect(JSON.parse(sent.answer?.body ?? '')).toEqual(confirmation);
  expect(facebook.party.sentEvents()).toEqual([sent]);
});

test.each([
  [200, '{"url": "https://gateway.example/deletions/abc"}'],
  [200, '{"url": "/deletions/abc", "confirmation_code": "abc"}'],
  [200, 'deleted'],
  [204, ''],
  [500, JSON.stringify(confirmation)],
])('%i %s is no confirmation of a deletion', async (status, body) => {
  await using facebook = await stage({ status, body });
  const sent = await facebook.party.sendEvent({ kind: 'data-deletion', user: 'ana' });
  expect(sent).toMatchObject({ accepted: false, complaint: expect.stringContaining('Facebook expects') });
});

test.each(['badSignature', 'none', 'unpublishedKey'] as const)(
  'a request with %s does not open',
  async (flaw) => {
    await using facebook = await stage();
    await facebook.party.sendEvent({ kind: 'deauthorize', user: 'ana', flaw });
    expect(facebook.receiver.field('signed_request')).toContain('.');
    expect(facebook.received()).toBeNull();
  },
);

test('another algorithm, another app, another claim', async () => {
  await using facebook = await stage();
  const send = (more: object) => facebook.party.sendEvent({ kind: 'deauthorize', user: 'ana', ...more });
  await send({ claims: { algorithm: 'none' } });
  expect(facebook.received()).toBeNull();
  await send({ audience: otherApp.clientId });
  expect(facebook.received(otherApp.clientSecret)?.['user_id']).not.toBe(ana);
  await send({ claims: { user_id: '42', issued_at: null } });
  expect(facebook.received()).toMatchObject({ user_id: '42' });
  expect(facebook.received()).not.toHaveProperty('issued_at');
  await expect(send({ flaw: 'hs256' })).rejects.toMatchObject({ field: 'flaw' });
  await expect(send({ audience: '42' })).rejects.toMatchObject({ field: 'audience' });
  await expect(send({ user: 'nobody' })).rejects.toMatchObject({ field: 'user' });
});

test('whoever left has no tokens any more', async () => {
  await using facebook = await stage();
  const token = await facebook.party.mintAccessToken({ user: 'ana' });
  const others = await facebook.party.mintAccessToken({ user: 'ben' });
  await facebook.party.sendEvent({ kind: 'deauthorize', user: 'ana' });
  const debug = (input_token: string) =>
    got(`${facebook.origin}/debug_token`, {
      searchParams: { input_token, access_token: `${app.clientId}|${app.clientSecret}` },
    }).json();
  expect(await debug(token)).toMatchObject({ data: { is_valid: false, error: { code: 190, subcode: 458 } } });
  expect(await debug(others)).toMatchObject({ data: { is_valid: true } });
});
