import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { type Clock, systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Party, PartyContext, PartyName } from '#src/party';

export const gatewayOrigin = 'http://gateway.example';

export const callbackOf = (name: PartyName, gateway = gatewayOrigin): string => `${gateway}/callback/${name}`;

/** One party on a real server: first the port, then the party, whose origin it is. */
export const startParty = async <P extends Party>(
  create: (context: PartyContext) => Promise<P>,
  clock: Clock = systemClock,
  gateway = gatewayOrigin,
) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const party = await create({
    origins: { adobe: origin, mvpd: origin, dtc: origin, google: origin, facebook: origin, apple: origin },
    fixtures: defaultFixtures,
    clock,
    ids: systemIds,
    gatewayOrigin: gateway,
    changed: () => {},
  });
  server.on('request', party.handle);
  return {
    origin,
    party,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Whether the browser was sent away from the provider, to the gateway. */
export const hasLeft = ({ page }: Browser): boolean => page.status === 0;

/** The address at the gateway that the browser was sent to. */
export const arrival = (browser: Browser): URL => {
  const { url, text } = browser.page;
  if (!hasLeft(browser)) throw new Error(`the browser is still at ${url.pathname}: ${text}`);
  return url;
};
