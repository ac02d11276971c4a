import { startSimulator } from '@kinpass/simulator';
import { type Browser, createBrowser } from '@kinpass/simulator/browser';
import type { RedirectProvider } from '#src/identity/provider';

/** Nobody listens there: the browser stops when it is sent to the gateway. */
const gatewayOrigin = 'http://gateway.example';

export const callbackOf = (provider: string): string => `${gatewayOrigin}/callback/${provider}`;

export const startSimulatedProviders = () => startSimulator({ ports: 0, gatewayOrigin });

/** Goes to the provider with a browser that nobody used before; the callback is where `signIn` leaves it. */
export const signInAt = async (
  provider: RedirectProvider,
  redirectUri: string,
  signIn: (browser: Browser) => Promise<unknown>,
) => {
  const { url, checks } = await provider.begin({ redirectUri });
  const browser = createBrowser({ address: '198.51.100.99' });
  await browser.open(url);
  await signIn(browser);
  return { callback: browser.page.url, checks };
};
