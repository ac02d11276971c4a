import { createBrowser } from '@kinpass/simulator/browser';
import { signInWith } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a browser, an access token and a refresh token of before stay ended when a revocation is lifted', async () => {
  await using t = await startGateway();
  const laptop = t.device('laptop');
  const newBrowser = () => createBrowser({ stopsAt: laptop.app.redirectUris });
  const browser = newBrowser();
  const signIn = async (where: typeof browser) => {
    const request = await laptop.signIn.authorize();
    await where.open(request.url);
    return request.redeem((await signInWith(where, 'dtc', t.user('ana'))).url);
  };
  const me = async (accessToken: string | undefined) =>
    laptop.send('/me', { headers: { authorization: `Bearer ${accessToken}` } });
  const before = await signIn(browser);
  const id = String((await me(before.accessToken)).body['sub']);
  expect((await browser.open((await laptop.signIn.authorize()).url)).text).toContain('Continue as');

  const admin = createAdminClient(t.adminOrigin);
  await admin.revoke({ kind: 'account', id });
  await admin.lift({ kind: 'account', id });

  expect((await me(before.accessToken)).status).toBe(401);
  await expect(laptop.signIn.refresh(String(before.refreshToken))).rejects.toThrow(
    'grant request is invalid',
  );
  expect((await browser.open((await laptop.signIn.authorize()).url)).text).toContain(
    'Choose how you want to sign in',
  );
  const after = await signIn(newBrowser());
  expect((await me(after.accessToken)).body['sub']).toBe(id);
});
