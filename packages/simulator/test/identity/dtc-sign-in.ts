import * as client from 'openid-client';
import { createBrowser } from '#src/browser/browser';
import { defaultFixtures } from '#src/default-fixtures';
import { createDtc } from '#src/identity/dtc/dtc';
import { systemClock } from '#src/lib/clock';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.dtc;

/** The account service with the gateway's client; openid-client sees the world's time. */
export const startDtc = async ({ clock = systemClock, gateway = gatewayOrigin } = {}) => {
  const world = await startParty(createDtc, clock, gateway);
  const config = await client.discovery(
    new URL(world.origin),
    clientId,
    {
      id_token_signed_response_alg: 'RS256',
      [client.clockSkew]: Math.round((clock.now() - systemClock.now()) / 1000),
    },
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  const begin = async (more: Record<string, string> = {}) => {
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: callbackOf('dtc', gateway),
      scope: 'openid email profile',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...more,
    });
    return { url, checks };
  };
  const signIn = async (
    more: Record<string, string> = {},
    browser = createBrowser({ stopsAt: [gateway] }),
  ) => {
    const { url, checks } = await begin(more);
    await browser.open(url);
    if (!hasLeft(browser)) await browser.submit({ fill: { username: 'ana', password: 'ana-password' } });
    if (!hasLeft(browser)) await browser.submit({ button: 'Allow' });
    const redeem = () => client.authorizationCodeGrant(config, arrival(browser), { ...checks });
    return { browser, redeem };
  };
  return Object.assign(world, { config, begin, signIn });
};
