import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createApple } from '#src/identity/apple/apple';
import { createManualClock } from '../support/manual-clock.ts';
import { startReceiver } from './receiver.ts';
import { startParty } from './start-party.ts';

const { clientId } = defaultFixtures.clients.apple;
const chloe = defaultFixtures.users.find(({ id }) => id === 'chloe')?.apple;

test.each(['email-enabled', 'email-disabled', 'consent-revoked', 'account-delete', 'account-deleted'])(
  '%s comes as JSON around a token around JSON',
  async (kind) => {
    const clock = createManualClock();
    await using receiver = await startReceiver();
    await using apple = await startParty(createApple, clock, receiver.origin);
    const sent = await apple.party.sendEvent({ kind, user: 'chloe' });
    expect(sent).toMatchObject({ kind, accepted: true });
    const [received] = receiver.received;
    expect(received).toMatchObject({ path: '/backchannel/apple', contentType: 'application/json' });

    const { payload: token } = JSON.parse(received?.body ?? '') as { payload: string };
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${apple.origin}/auth/keys`)), {
      issuer: apple.origin,
      audience: clientId,
      currentDate: new Date(clock.now()),
    });
    expect(payload).toMatchObject({ jti: expect.any(String), iat: clock.now() / 1000 });
    expect(JSON.parse(String(payload['events']))).toEqual({
      type: kind,
      sub: chloe?.subject,
      event_time: clock.now(),
      ...(kind.startsWith('email') && { email: chloe?.relayEmail, is_private_email: 'true' }),
    });
  },
);

test('a tampered notification does not verify; a refusal is on record', async () => {
  await using receiver = await startReceiver({ status: 500 });
  await using apple = await startParty(createApple, undefined, receiver.origin);
  const sent = await apple.party.sendEvent({ kind: 'account-delete', user: 'chloe', flaw: 'badSignature' });
  expect(sent).toMatchObject({ accepted: false, complaint: expect.stringContaining('500') });
  const { payload: token } = JSON.parse(receiver.received[0]?.body ?? '') as { payload: string };
  const keys = createRemoteJWKSet(new URL(`${apple.origin}/auth/keys`));
  await expect(jwtVerify(token, keys)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});
