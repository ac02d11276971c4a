import type { Browser } from '#src/browser/browser';
import type { Page } from '#src/browser/page';
import type { Subscription, User } from '#src/fixtures';
import type { Device } from './device.ts';
import type { Tokens } from './oauth-client.ts';

export type ProviderName = 'dtc' | 'google' | 'facebook';

const labels: Readonly<Record<ProviderName, string>> = { dtc: 'DTC', google: 'Google', facebook: 'Facebook' };

/**
 * On the gateway's page: chooses a provider, signs in there, and comes back. No address of the gateway is known here:
 * one page leads to the next. Errors, here and below: those of the browser if a page is not the expected one.
 */
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

/** On the phone: opens the address of the QR code, confirms the code, signs in, and approves or denies the device. */
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

/** The whole device authorization grant; the device is signed in afterwards. */
export const signInOnTv = async (device: Device, { browser, ...who }: Who): Promise<Tokens> => {
  const code = await device.signIn.requestDeviceCode();
  await approveDevice(browser, code.verificationUriComplete, who);
  const tokens = await device.signIn.awaitTokens(code);
  device.use(tokens);
  return tokens;
};

/** The whole authorization code grant with PKCE; the device is signed in afterwards. */
export const signInOnPhone = async (device: Device, { browser, provider, user }: Who): Promise<Tokens> => {
  const authorization = await device.signIn.authorize();
  await browser.open(authorization.url);
  const landed = await signInWith(browser, provider, user);
  const tokens = await authorization.redeem(landed.url);
  device.use(tokens);
  return tokens;
};

/** Some pages would submit their form by script; without script they show a button. */
const passOn = async (browser: Browser): Promise<Page> => {
  const waits = ({ root }: Page) =>
    root.querySelectorAll('form button').some((button) => button.text.trim() === 'Continue');
  while (waits(browser.page)) await browser.submit({ button: 'Continue' });
  return browser.page;
};

/** Logs a subscriber in on the TV provider's page, where the browser is; ends at the session's redirect URL. */
export const logInOnMvpdPage = async (
  browser: Browser,
  { username, password }: Pick<Subscription, 'username' | 'password'>,
): Promise<Page> => {
  await passOn(browser);
  await browser.submit({ fill: { username, password } });
  return passOn(browser);
};

/** The same from the address of the authentication session. */
export const signInAtMvpd = async (
  browser: Browser,
  url: string,
  subscription: Subscription,
): Promise<Page> => {
  await browser.open(url);
  return logInOnMvpdPage(browser, subscription);
};
