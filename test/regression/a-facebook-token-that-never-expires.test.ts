import { expect, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { app, startScriptedFacebook, userId } from '../identity/scripted-facebook.ts';
import { providerOf, signIn } from '../identity/signing-in.ts';

test('Facebook writes 0 for "never": such a token signs in, an expired one does not', async () => {
  await using facebook = await startScriptedFacebook(systemClock);
  const { origin } = facebook;
  const provider = providerOf(
    { kind: 'facebook', webOrigin: origin, graphOrigin: origin, ...app },
    systemClock,
  );
  facebook.script.inspection = { expires_at: 0 };
  expect(await signIn(provider, facebook)).toMatchObject({ subject: userId });
  for (const expires_at of [1, -1]) {
    facebook.script.inspection = { expires_at };
    await expect(signIn(provider, facebook)).rejects.toMatchObject({ code: 'identity_rejected' });
  }
});
