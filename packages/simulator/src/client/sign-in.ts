import type { Browser } from '#src/browser/browser';
import type { Page } from '#src/browser/page';
import type { Subscription, User } from '#src/fixtures';
import type { Device } from './device.ts';
import type { Tokens } from './oauth-client.ts';

export type ProviderName = 'dtc' | 'google' | 'facebook';

const labels: Readonly<Record<ProviderName, string>> = { dtc: 'DTC', google: 'Google', facebook: 'Facebook' };

/** What a viewer does in a browser. Nothing here knows an address of the gateway: pages lead from one to the next. */

/** On the gateway's page: chooses a provider, signs in there, and comes back. */
export const signInWith = async (browser: Browser, provider: ProviderName, user: User): Promise<Page> => {
  await browser.submit({ button: `Continue with ${labels[provider]}` });
  if (provider === 'google') {
    await browser.submit({ button: user.google.email });
    return browser.submit({ fill: { password: user.password } });
  }
  return browser.submit({ fill: { username: user.id, password: user.password } });
};

interface Approval {
  readonly provider: ProviderName;
  readonly user: User;
  readonly decision?: 'Approve' | 'Deny';
}

/** With the phone: opens the address of the QR code, compares the code, signs in, lets the device in. */
export const approveDevice = async (
  browser: Browser,
  verificationUri: string,
  { provider, user, decision = 'Approve' }: Approval,
): Promise<Page> => {
  await browser.open(verificationUri);
  await browser.submit({ button: 'Continue' });
  await signInWith(browser, provider, user);
  return browser.submit({ button: decision });
};

interface Who {
  readonly browser: Browser;
  readonly provider: ProviderName;
  readonly user: User;
}

/** Device authorization grant, start to end; the device is signed in afterwards. */
export const signInOnTv = async (device: Device, { browser, ...who }: Who): Promise<Tokens> => {
  const code = await device.signIn.requestDeviceCode();
  await approveDevice(browser, code.verificationUriComplete, who);
  const tokens = await device.signIn.awaitTokens(code);
  device.use(tokens);
  return tokens;
};

/** Authorization code with PKCE, start to end; the device is signed in afterwards. */
export const signInOnPhone = async (device: Device, { browser, provider, user }: Who): Promise<Tokens> => {
  const authorization = await device.signIn.authorize();
  await browser.open(authorization.url);
  const landed = await signInWith(browser, provider, user);
  const tokens = await authorization.redeem(landed.url);
  device.use(tokens);
  return tokens;
};

/** Some pages would post their form by themselves; in a browser without script they wait for a press. */
const pressOn = async (browser: Browser): Promise<Page> => {
  const waits = ({ root }: Page) =>
    root.querySelectorAll('form button').some((button) => button.text.trim() === 'Continue');
  while (waits(browser.page)) await browser.submit({ button: 'Continue' });
  return browser.page;
};

/** At the TV provider's own page; ends where the session said that it should. */
export const signInAtMvpd = async (
  browser: Browser,
  url: string,
  subscription: Subscription,
): Promise<Page> => {
  await browser.open(url);
  await pressOn(browser);
  const { username, password } = subscription;
  await browser.submit({ fill: { username, password } });
  return pressOn(browser);
};
