import { createBrowser } from '@kinpass/simulator/browser';
import { expect, test } from 'vitest';
import { signInDevice, startStage } from '../authorization-server/stage.ts';
import { app } from '../support/builders.ts';

const goodbye = 'http://127.0.0.1:8090/goodbye';

const start = () =>
  startStage({ apps: [app({ id: 'tv', postLogoutRedirectUris: [goodbye, 'com.example:/bye'] })] });

const signOutUrl = (origin: string, params: Record<string, string>) =>
  `${origin}/session/end?${new URLSearchParams({ client_id: 'tv', ...params })}`;

test.each([true, false])(
  'the browser returns to the app with its state (signed in: %s)',
  async (signedIn) => {
    await using stage = await start();
    const browser = createBrowser({ stopsAt: [goodbye] });
    if (signedIn) await signInDevice(stage, browser);
    await browser.open(signOutUrl(stage.origin, { post_logout_redirect_uri: goodbye, state: 'a b&c' }));
    const page = await browser.submit({ button: 'Sign out' });
    expect(page.url.href).toBe(`${goodbye}?state=a+b%26c`);
  },
);

test('an app’s own scheme is allowed by the page that asks', async () => {
  await using stage = await start();
  const page = await createBrowser().open(
    signOutUrl(stage.origin, { post_logout_redirect_uri: 'com.example:/bye' }),
  );
  expect(page.headers['content-security-policy']).toContain("form-action 'self' com.example:;");
});

test.each([`${goodbye}/more`, 'https://evil.example/', 'http://127.0.0.1:8090/goodbye?x=1'])(
  '%s is refused, and nobody is signed out',
  async (uri) => {
    await using stage = await start();
    const browser = createBrowser();
    await signInDevice(stage, browser);
    const page = await browser.open(signOutUrl(stage.origin, { post_logout_redirect_uri: uri }));
    expect(page.status).toBe(400);
    const device = await stage.startDevice();
    await browser.open(device['verification_uri_complete'] ?? '');
    expect((await browser.submit({ button: 'Continue' })).text).toContain('a••@viewers.example');
  },
);
