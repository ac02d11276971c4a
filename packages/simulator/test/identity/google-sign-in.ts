import * as client from 'openid-client';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { defaultFixtures } from '#src/default-fixtures';
import { createGoogle } from '#src/identity/google/google';
import { type Clock, systemClock } from '#src/lib/clock';
import { arrival, callbackOf, gatewayOrigin, hasLeft, startParty } from './start-party.ts';

const { clientId, clientSecret } = defaultFixtures.clients.google;
export const tvClient = defaultFixtures.clients.googleTv;
const verifier = 'a-code-verifier-that-is-long-enough-for-rfc-7636';

export const startGoogle = async ({ clock = systemClock as Clock, gateway = gatewayOrigin } = {}) => {
  const world = await startParty(createGoogle, clock, gateway);
  const { origin } = world;
  const post = async (path: string, form: Record<string, string>) => {
    const { status, body } = await request({ method: 'POST', url: `${origin}${path}`, form });
    return { status, body: body as Record<string, string> };
  };
  const authorizeUrl = async (more: Record<string, string> = {}) => {
    const url = new URL('/o/oauth2/v2/auth', origin);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: callbackOf('google', gateway),
      response_type: 'code',
      scope: 'openid email profile',
      nonce: 'some-nonce',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...more,
    }).toString();
    return url;
  };
  /** Ana's tokens, by the code flow. */
  const signIn = async (
    more: Record<string, string> = {},
    browser = createBrowser({ stopsAt: [gateway] }),
  ) => {
    await browser.open(await authorizeUrl(more));
    if (!hasLeft(browser)) await browser.submit({ button: 'Ana Lima' });
    if (!hasLeft(browser)) await browser.submit({ fill: { password: 'ana-password' } });
    const { body } = await post('/token', {
      grant_type: 'authorization_code',
      code: arrival(browser).searchParams.get('code') ?? '',
      redirect_uri: callbackOf('google', gateway),
      client_id: clientId,
      client_secret: clientSecret,
      code_verifier: verifier,
    });
    return { browser, tokens: body };
  };
  const refresh = (
    refresh_token: string,
    who: { clientId: string; clientSecret: string } = { clientId, clientSecret },
  ) =>
    post('/token', {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: who.clientId,
      client_secret: who.clientSecret,
    });
  return Object.assign(world, { post, authorizeUrl, signIn, refresh });
};

/** What asks for a refresh token. */
export const offline = { access_type: 'offline', prompt: 'consent' };
