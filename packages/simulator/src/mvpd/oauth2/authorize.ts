import type { RouterContext } from '@koa/router';
import type { Fixtures } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import { MvpdProblem } from '../problem.ts';
import type { Subscribers } from '../subscribers.ts';
import type { Visits } from '../visits.ts';
import { isOAuth, issuerOf, type OAuthMvpd, redirectUriOf } from './agreement.ts';
import { readConnection } from './connection.ts';
import type { Grants } from './grants.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'clock'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly grants: Grants;
  readonly subscribers: Subscribers;
  readonly visits: Pick<Visits, 'begin'>;
}

export const oauthMvpdOf = ({ fixtures }: Pick<Deps, 'fixtures'>, ctx: RouterContext): OAuthMvpd => {
  const found = fixtures.mvpds.filter(isOAuth).find(({ id }) => id === ctx.params['mvpd']);
  if (!found) throw new MvpdProblem('There is no such TV provider.', 404);
  return found;
};

/**
 * GET /{mvpd}/oauth2/authorize (RFC 6749, 4.1.1). Adobe is pre-approved, so there is no consent page. Errors are
 * redirected to Adobe only.
 */
export const createAuthorize = (deps: Deps) => async (ctx: RouterContext) => {
  const { origins, clock, grants, subscribers, visits } = deps;
  const mvpd = oauthMvpdOf(deps, ctx);
  const query = new URLSearchParams(ctx.querystring);
  const redirectUri = redirectUriOf(mvpd, origins);
  const isKnown =
    query.get('client_id') === mvpd.authentication.client.clientId &&
    query.get('redirect_uri') === redirectUri &&
    new Set(query.keys()).size === [...query.keys()].length;
  if (!isKnown) throw new MvpdProblem('Unknown client or redirect URI.');

  const state = query.get('state') ?? '';
  const sendBack = (page: RouterContext, answer: Record<string, string>): void => {
    const url = new URL(redirectUri);
    url.search = new URLSearchParams({ ...answer, ...(state && { state }) }).toString();
    page.status = 303;
    page.redirect(url.href);
  };
  if (query.get('response_type') !== 'code') return sendBack(ctx, { error: 'unsupported_response_type' });

  const issuer = issuerOf(mvpd, origins);
  const expected = { mvpd, issuer, state, clock };
  const connection = await readConnection(query.get('device_connection'), expected);
  const prompt = query.get('prompt');
  await visits.begin(ctx, {
    mvpd,
    force: prompt === 'login',
    passive: prompt === 'none',
    home: connection && subscribers.atHome(mvpd.id, connection),
    onKnown: (page, session) => sendBack(page, { code: grants.code(session, redirectUri) }),
    onNobody: (page) => sendBack(page, { error: 'login_required' }),
  });
};
