import type { RouterContext } from '@koa/router';
import type { PartyContext } from '#src/party';
import { formOf } from '../form.ts';
import type { Keys } from '../keys.ts';
import type { Session, Sessions } from '../sessions.ts';
import { issuerOf, type OAuthMvpd } from './agreement.ts';
import type { Grants } from './grants.ts';
import { signIdToken } from './id-token.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock'> {
  readonly grants: Grants;
  readonly sessions: Sessions;
  readonly keys: Keys;
  mvpdOf(ctx: RouterContext): OAuthMvpd;
}

const respond = (ctx: RouterContext, status: number, body: object): void => {
  ctx.status = status;
  ctx.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  ctx.body = body;
};

/** client_secret_basic (RFC 6749, 2.3.1): id and secret are form-encoded first. */
const isClient = (ctx: RouterContext, { authentication: { client } }: OAuthMvpd): boolean => {
  const { clientId, clientSecret } = client;
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
  return ctx.get('Authorization') === `Basic ${Buffer.from(pair).toString('base64')}`;
};

interface Granted {
  readonly session: Session;
  readonly refreshToken: string;
  /** Milliseconds. */
  readonly refreshLifetime: number;
}

/** Redeems the grant; null if it is invalid. */
const redeem = ({ grants, sessions }: Deps, mvpd: OAuthMvpd, form: URLSearchParams): Granted | null => {
  const live = (index: string | undefined | null): Session | null => {
    const session = index ? sessions.find(mvpd.id, index) : null;
    return session && !session.ended ? session : null;
  };
  if (form.get('grant_type') === 'authorization_code') {
    const code = form.get('code') ?? '';
    // The client must repeat the redirect URI for which the code was issued.
    const session = live(grants.redeem(mvpd.id, code, form.get('redirect_uri') ?? ''));
    if (!session) return null;
    const { value, lifetime } = grants.refreshToken(session);
    return { session, refreshToken: value, refreshLifetime: lifetime };
  }
  const refreshToken = form.get('refresh_token') ?? '';
  const known = grants.refreshed(mvpd.id, refreshToken);
  const session = live(known?.session);
  return known && session && { session, refreshToken, refreshLifetime: known.lifetime };
};

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** POST /{mvpd}/oauth2/token (RFC 6749, 4.1.3 and 6). Refresh tokens do not rotate. */
export const createToken = (deps: Deps) => async (ctx: RouterContext) => {
  const { grants, keys, clock, origins } = deps;
  const mvpd = deps.mvpdOf(ctx);
  if (!isClient(ctx, mvpd)) {
    ctx.set('WWW-Authenticate', 'Basic realm="oauth2"');
    return respond(ctx, 401, { error: 'invalid_client' });
  }
  const form = await formOf(ctx);
  if (!/^(?:authorization_code|refresh_token)$/.test(form.get('grant_type') ?? ''))
    return respond(ctx, 400, { error: 'unsupported_grant_type' });
  const granted = redeem(deps, mvpd, form);
  if (!granted) return respond(ctx, 400, { error: 'invalid_grant' });

  const { session, refreshToken, refreshLifetime } = granted;
  const access = grants.accessToken(mvpd.id, session.index);
  respond(ctx, 200, {
    access_token: access.value,
    token_type: 'Bearer',
    expires_in: inSeconds(access.lifetime),
    refresh_token: refreshToken,
    refresh_token_expires_in: inSeconds(refreshLifetime),
    id_token: await signIdToken({ session, mvpd, issuer: issuerOf(mvpd, origins) }, { keys, clock }),
  });
};
