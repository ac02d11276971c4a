import type { RouterContext } from '@koa/router';
import type { Fixtures, Mvpd } from '#src/fixtures';
import type { PartyContext } from '#src/party';
import { showPostPage } from '#src/post-page';
import type { Route } from '#src/site';
import type { Browsers } from '../browsers.ts';
import { formOf } from '../form.ts';
import type { Keys } from '../keys.ts';
import { MvpdProblem } from '../problem.ts';
import type { Sessions } from '../sessions.ts';
import type { Visits } from '../visits.ts';
import {
  endpointOf,
  entityIdOf,
  isSaml,
  runnerOf,
  type SamlMvpd,
  type ServiceProviderAgreement,
} from './agreement.ts';
import { type AuthnRequest, providerIdOf, readAuthnRequest } from './authn-request.ts';
import { type Received, readPost, readRedirect, redirectTo } from './bindings.ts';
import type { Issuer } from './issue.ts';
import { readLogoutRequest } from './logout-request.ts';
import { logoutResponseXml } from './response.ts';

interface Deps extends Pick<PartyContext, 'origins' | 'ids' | 'clock'> {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly agreement: ServiceProviderAgreement;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly browsers: Pick<Browsers, 'forget'>;
  readonly visits: Pick<Visits, 'begin'>;
  readonly issuer: Issuer;
}

/** The bindings limit RelayState to 80 bytes. */
const maxRelayState = 80;

type Receive = (ctx: RouterContext, signedBy: Parameters<typeof readRedirect>[1]) => Promise<Received>;

const byRedirect: Receive = async (ctx, signedBy) => readRedirect(ctx.querystring, signedBy);
const byPost: Receive = async (ctx, signedBy) => readPost(await formOf(ctx), signedBy);

/** The MVPDs at one endpoint: a proxy runs the login of several. */
const runBy = ({ fixtures }: Deps, runner: string | undefined): SamlMvpd[] => {
  const found = fixtures.mvpds.filter(
    (mvpd: Mvpd): mvpd is SamlMvpd => isSaml(mvpd) && runnerOf(mvpd) === runner,
  );
  if (found.length === 0) throw new MvpdProblem('There is no such TV provider.', 404);
  return found;
};

/** A message of Adobe to a runner, and the MVPDs that it may refer to. */
const receive = async (deps: Deps, ctx: RouterContext, by: Receive) => {
  const runner = ctx.params['runner'] ?? '';
  const candidates = runBy(deps, runner);
  const algorithm = candidates[0]?.authentication.signature ?? 'rsa-sha256';
  const received = await by(ctx, { key: await deps.agreement.publicKey(), algorithm });
  if (Buffer.byteLength(received.relayState ?? '') > maxRelayState)
    throw new MvpdProblem('The RelayState is longer than 80 bytes.');
  return { runner, candidates, ...received };
};

const createSso = (deps: Deps, by: Receive) => {
  const { origins, clock, agreement, visits, issuer } = deps;
  return async (ctx: RouterContext): Promise<void> => {
    const { runner, candidates, root, relayState } = await receive(deps, ctx, by);
    const providerId = providerIdOf(root);
    const mvpd = candidates.find(
      ({ authentication: { proxy } }) => (proxy?.providerId ?? null) === providerId,
    );
    if (!mvpd) throw new MvpdProblem('There is no such TV provider behind this proxy.');
    const destination = endpointOf(runner, 'sso', origins);
    const request: AuthnRequest = readAuthnRequest(root, { mvpd, destination, agreement, now: clock.now() });

    const answer = (page: RouterContext, response: string): void =>
      showPostPage(page, {
        title: 'Back to your app',
        url: agreement.assertionConsumer,
        fields: {
          SAMLResponse: Buffer.from(response).toString('base64'),
          ...(relayState !== null && { RelayState: relayState }),
        },
      });
    const question = { mvpd, request };
    if (!request.nameId) return answer(ctx, issuer.failure(question, ['Requester', 'InvalidNameIDPolicy']));
    await visits.begin(ctx, {
      mvpd,
      force: request.forceAuthn,
      passive: request.isPassive,
      home: null,
      onKnown: async (page, session) => answer(page, await issuer.success(question, session)),
      onNobody: (page) => answer(page, issuer.failure(question, ['Responder', 'NoPassive'])),
    });
  };
};

const createSlo =
  (deps: Deps) =>
  async (ctx: RouterContext): Promise<void> => {
    const { origins, clock, ids, agreement, keys, sessions, browsers } = deps;
    const { runner, candidates, root, relayState } = await receive(deps, ctx, byRedirect);
    const destination = endpointOf(runner, 'slo', origins);
    const request = readLogoutRequest(root, { destination, agreement, now: clock.now() });
    const [mvpd] = candidates;
    if (!mvpd?.hasLogoutEndpoint) throw new MvpdProblem('This TV provider has no logout.', 404);
    const indexed = candidates.flatMap(({ id }) =>
      request.sessionIndexes.flatMap((index) => sessions.find(id, index) ?? []),
    );
    // The NameID must be the session's own: an index alone does not prove which subscriber is matching.
    const matching = indexed.filter(
      ({ userId, transientId }) => request.nameId === userId || request.nameId === transientId,
    );
    matching.forEach(sessions.end);
    for (const candidate of candidates) browsers.forget(ctx, candidate);
    const text = logoutResponseXml(
      {
        id: `_${ids.uuid()}`,
        requestId: request.id,
        issuer: entityIdOf(candidates.find(({ id }) => id === matching[0]?.mvpd) ?? mvpd, origins),
        destination: agreement.logoutResponse,
        now: clock.now(),
      },
      matching.length > 0 ? 'Success' : 'Requester',
    );
    ctx.set('Cache-Control', 'no-store');
    const algorithm = mvpd.authentication.signature;
    const key = await keys.of(runner).privateKey();
    ctx.redirect(
      redirectTo(agreement.logoutResponse, { name: 'SAMLResponse', text, relayState }, { key, algorithm }),
    );
  };

/** The SAML 2.0 identity providers of the MVPDs: Web Browser SSO and Single Logout profiles. */
export const samlRoutes = (deps: Deps): Route[] => [
  { operation: 'saml.sso', method: 'get', path: '/:runner/saml/sso', handle: createSso(deps, byRedirect) },
  { operation: 'saml.sso', method: 'post', path: '/:runner/saml/sso', handle: createSso(deps, byPost) },
  { operation: 'saml.slo', method: 'get', path: '/:runner/saml/slo', handle: createSlo(deps) },
];
