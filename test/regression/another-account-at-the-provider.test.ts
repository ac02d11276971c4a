import { createBrowser } from '@kinpass/simulator/browser';
import { signInWith } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway } from '../support/start-gateway.ts';

// Without script, the simulated DTC can ask again, but not change the account.
test.each([
  ['dtc', 'ana'],
  ['google', 'ben'],
  ['facebook', 'ben'],
] as const)(
  'who wants another account at %s gets to choose, and may change their mind',
  async (provider, next) => {
    await using t = await startGateway();
    const [laptop, tv] = [t.device('laptop'), t.device('tv')];
    const browser = createBrowser({ address: tv.address, stopsAt: laptop.app.redirectUris });
    await browser.open((await laptop.signIn.authorize()).url);
    await signInWith(browser, provider, t.user('ana'));

    const code = await tv.signIn.requestDeviceCode();
    await browser.open(code.verificationUriComplete);
    const asked = await browser.submit({ button: 'Continue' });
    expect(asked.text).toContain('Approve');
    await browser.click('Use another account');
    // Fails if the provider sends Ana back at once, whom it remembers.
    const approval = await signInWith(browser, provider, t.user(next));
    expect(approval.text).toMatch(new RegExp(`${next[0]}•+@`));
    expect(approval.text).toContain('Use another account');
    await browser.submit({ button: 'Approve' });
    tv.use(await tv.signIn.awaitTokens(code));
    expect((await tv.profiles()).status).toBe(200);
  },
);
