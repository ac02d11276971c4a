import { createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createVerifyMediaToken } from '#src/media-token/verify-media-token';
import { decisionsOf } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a media server accepts what Adobe signed for this resource, and nothing else', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const [permit] = decisionsOf(await tv.authorize('Cablevision', ['news']));
  const serialized = permit?.token?.serializedToken ?? '';

  const keys = [createPublicKey(await t.simulator.control.mediaTokenKey())];
  const verifyMediaToken = createVerifyMediaToken({ keys, now: systemClock.now });
  const play = { requestor: 'REF30', resource: 'news' };
  expect(await verifyMediaToken(serialized, play)).toMatchObject({
    status: 'VALID_TOKEN',
    token: { ...play, mvpd: 'Cablevision' },
  });
  expect(await verifyMediaToken(serialized, { ...play, resource: 'sports' })).toMatchObject({
    status: 'INVALID_RESOURCE_ID',
  });
});
