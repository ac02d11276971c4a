/**
 * Adobe as OAuth 2.0 client of an MVPD. This folder owns the authorization code grant, ID tokens and refresh tokens; it
 * must not share code with the authorization server that it is tested against.
 */
import { SignJWT } from 'jose';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import { refuse } from '../errors/refusal.ts';
import type { BrowserReturn, DeviceContext, MvpdLogin, MvpdSubscriber } from '../mvpd-ports.ts';
import type { OAuthSession } from './access-token.ts';
import { type BackChannel, OAuthError, type SubscriberProfile } from './back-channel.ts';
import { readIdToken } from './id-token.ts';
import { callbackPath, endpointsOf, isOAuth, logoutPath, type OAuthMvpd } from './names.ts';

interface Deps extends Pick<PartyContext, 'fixtures' | 'origins' | 'clock'> {
  readonly backChannel: BackChannel;
  /** The MVPD's key, which signs ID tokens. */
  keysOf(mvpd: string): Pick<SigningKeys, 'publicKey'>;
}

const connectionLifetime = 300;

/**
 * The device's connection, signed with the client secret for one attempt, because home-based authentication must not
 * rely on the browser. How Adobe really transmits it is not documented.
 */
const deviceConnection = (
  { mvpd, request, device }: { mvpd: OAuthMvpd; request: string; device: DeviceContext },
  { origins, clock }: Deps,
): Promise<string> => {
  const { clientId, clientSecret } = mvpd.authentication.client;
  const now = Math.floor(clock.now() / 1000);
  const claims = {
    state: request,
    connection_ip: device.address,
    ...(device.port !== null && { connection_port: device.port }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(clientId)
    .setAudience(endpointsOf(mvpd, origins).issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + connectionLifetime)
    .sign(Buffer.from(clientSecret));
};

const attributesOf = (profile: SubscriberProfile, atHome: boolean): JsonObject => {
  const { householdID, zip, maxTVRating: tv, maxMovieRating: movie } = profile;
  return {
    ...(householdID !== undefined && { householdID }),
    ...(zip && { zip }),
    ...((tv ?? movie) !== undefined && {
      maxRating: { ...(tv !== undefined && { VCHIP: tv }), ...(movie !== undefined && { MPAA: movie }) },
    }),
    hba_status: atHome,
  };
};

/** Redeems a code on the back channel. Errors: OAuthError; invalid_authentication_session, network_*. */
const redeem = async (deps: Deps, mvpd: OAuthMvpd, code: string): Promise<MvpdSubscriber> => {
  const { origins, clock, backChannel, keysOf } = deps;
  const tokens = await backChannel.tokens(mvpd, {
    grant_type: 'authorization_code',
    redirect_uri: origins.adobe + callbackPath(mvpd),
    code,
  });
  const { subject, atHome } = await readIdToken(tokens.id_token, {
    key: await keysOf(mvpd.id).publicKey(),
    issuer: endpointsOf(mvpd, origins).issuer,
    audience: mvpd.authentication.client.clientId,
    clock,
  });
  const profile = await backChannel.profile(mvpd, tokens.access_token);
  if (profile.userID !== subject)
    throw refuse('invalid_authentication_session', 'the profile belongs to another subject');
  const session: OAuthSession = { protocol: 'oauth2', refreshToken: tokens.refresh_token };
  return {
    userId: profile.userID,
    attributes: attributesOf(profile, atHome),
    session,
    // Authorization needs the refresh token; after home-based authentication it ends before the profile would.
    notAfter: clock.now() + tokens.refresh_token_expires_in * 1000,
  };
};

const noSessionErrors = new Set(['login_required', 'interaction_required']);

const asOAuthMvpd = (mvpd: Parameters<MvpdLogin['serves']>[0]): OAuthMvpd => {
  if (!isOAuth(mvpd)) throw refuse('invalid_parameter_mvpd');
  return mvpd;
};

const createRead =
  (deps: Deps, mvpd: OAuthMvpd) =>
  async ({ query }: BrowserReturn) => {
    const request = query.get('state') ?? '';
    const error = query.get('error');
    if (error !== null && noSessionErrors.has(error)) return { request, mvpd: mvpd.id, subscriber: null };
    if (error !== null) throw refuse('invalid_authentication_session', `the MVPD answered ${error}`);
    try {
      return { request, mvpd: mvpd.id, subscriber: await redeem(deps, mvpd, query.get('code') ?? '') };
    } catch (cause) {
      if (!(cause instanceof OAuthError)) throw cause;
      throw refuse('invalid_authentication_session', `the MVPD answered ${cause.error}`);
    }
  };

/** OAuth 2.0 authorization code grant, after Adobe's page "MVPD authentication with OAuth 2.0". */
export const createOAuthLogin = (deps: Deps): MvpdLogin => {
  const { fixtures, origins } = deps;
  return {
    serves: isOAuth,
    signIn: async ({ mvpd: asked, serviceProvider, request, device, passive }) => {
      const mvpd = asOAuthMvpd(asked);
      const { client, attemptsHomeBased } = mvpd.authentication;
      const url = new URL(endpointsOf(mvpd, origins).authorize);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: client.clientId,
        redirect_uri: origins.adobe + callbackPath(mvpd),
        state: request,
        requestor_id: serviceProvider,
        ...(passive && { prompt: 'none' }),
        ...(attemptsHomeBased && {
          device_connection: await deviceConnection({ mvpd, request, device }, deps),
        }),
      }).toString();
      return { kind: 'redirect', url: url.href };
    },
    signInReturns: fixtures.mvpds.filter(isOAuth).map((mvpd) => ({
      operation: 'oauth2.callback',
      method: 'get' as const,
      path: callbackPath(mvpd),
      read: createRead(deps, mvpd),
    })),
    signOut: ({ mvpd, request }) => {
      const url = new URL(endpointsOf(mvpd, origins).logout);
      url.search = new URLSearchParams({ return_uri: origins.adobe + logoutPath, state: request }).toString();
      return { kind: 'redirect', url: url.href };
    },
    signOutReturns: [
      {
        operation: 'oauth2.logout-return',
        method: 'get',
        path: logoutPath,
        read: ({ query }) => ({ request: query.get('state') ?? '' }),
      },
    ],
    signOutRequests: [],
  };
};
