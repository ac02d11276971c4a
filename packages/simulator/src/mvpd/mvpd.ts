/**
 * The TV providers, all on one origin: login page, browser session, SAML and OAuth 2.0 for Adobe Pass, and the
 * decisions about each subscriber's package. It owns who is signed in at which MVPD. It must not know profiles or
 * anything else that Adobe keeps, and redirects browsers to Adobe Pass only.
 */
import type Koa from 'koa';
import { z } from 'zod';
import type { Party, PartyContext } from '#src/party';
import { createSite, type Route } from '#src/site';
import type { SigningKeys } from '#src/xml/keys';
import { createBrowsers } from './browsers.ts';
import { createKeys } from './keys.ts';
import type { MvpdControl, Mvpds } from './mvpds.ts';
import { createGrants } from './oauth2/grants.ts';
import { oauthRoutes } from './oauth2/provider.ts';
import { showNotice } from './pages.ts';
import { MvpdProblem } from './problem.ts';
import { agreementWith, entityIdOf, isSaml, runnerOf } from './saml/agreement.ts';
import { createAssertionFaults } from './saml/assertion-faults.ts';
import { createFramework } from './saml/framework.ts';
import { samlRoutes } from './saml/identity-provider.ts';
import { createIssuer } from './saml/issue.ts';
import { createSingleLogout } from './saml/single-logout.ts';
import { createSessions } from './sessions.ts';
import { signOutRoutes } from './sign-out-page.ts';
import { createSubjects } from './subjects.ts';
import { createSubscribers } from './subscribers.ts';
import { createVisits, type Visits } from './visits.ts';
import { createDecisionPoint } from './xacml/decision-point.ts';

interface Deps {
  /** Adobe's key, which the MVPDs trust. */
  readonly adobeKey: Pick<SigningKeys, 'publicKey'>;
}

const savedSchema = z.object({ sessions: z.json(), grants: z.json() });

const loginRoutes = ({ show, submit }: Visits): Route[] => [
  { operation: 'login.page', method: 'get', path: '/:mvpd/login', handle: show },
  { operation: 'login.submit', method: 'post', path: '/:mvpd/login', handle: submit },
];

const showFailure = (ctx: Koa.Context, error: unknown): void => {
  if (error instanceof MvpdProblem)
    showNotice(ctx, error.status, 'This cannot continue', `${error.message} Start again in the app.`);
  else showNotice(ctx, 500, 'Something went wrong', 'Start again in the app.');
};

export const createMvpd = (
  context: PartyContext,
  { adobeKey }: Deps,
): Party & Mvpds & { readonly control: MvpdControl } => {
  const { fixtures, origins } = context;
  const subscribers = createSubscribers(fixtures);
  const sessions = createSessions(context);
  const grants = createGrants(context);
  const keys = createKeys();
  const faults = createAssertionFaults();
  const subjects = createSubjects({ sessions, subscribers, grants });
  const browsers = createBrowsers({ sessions });
  const visits = createVisits({ ...context, browsers, subscribers });
  const agreement = agreementWith(origins, adobeKey.publicKey);
  const issuer = createIssuer({ ...context, agreement, keys, sessions, subscribers, faults });
  const singleLogout = createSingleLogout({ ...context, agreement, keys });
  const inside = { sessions, subscribers, subjects, grants, keys, browsers, visits, singleLogout };
  const deps = { ...context, ...inside, agreement, issuer };
  const decisionPoint = createDecisionPoint({
    ...deps,
    keyOf: (mvpd) => keys.of(isSaml(mvpd) ? runnerOf(mvpd) : mvpd.id),
    entityIdOf: (mvpd) => entityIdOf(mvpd, origins),
    adobe: { entityId: agreement.entityId, key: adobeKey },
  });
  const pages = [...loginRoutes(visits), ...signOutRoutes(deps)];
  const saml = [...samlRoutes(deps), ...singleLogout.routes];
  const protocols = [...saml, ...oauthRoutes(deps), ...decisionPoint.routes];
  const site = createSite([...pages, ...protocols], {
    unknown: (ctx: Koa.Context) => showNotice(ctx, 404, 'No such page', 'There is nothing here.'),
    failed: showFailure,
  });
  return {
    name: 'mvpd',
    ...site,
    keysOf: keys.of,
    subjects,
    whenSessionEnds: sessions.whenEnded,
    framework: createFramework(deps),
    control: {
      sessions: sessions.list,
      endSessions: sessions.endAll,
      injectAssertionFault: faults.add,
      clearAssertionFaults: faults.clear,
      injectAuthorizationFault: decisionPoint.injectFault,
      clearAuthorizationFaults: decisionPoint.clearFaults,
    },
    snapshot: () => ({ sessions: sessions.snapshot(), grants: grants.snapshot() }),
    restore: (saved) => {
      const state = savedSchema.parse(saved);
      sessions.restore(state.sessions);
      grants.restore(state.grants);
    },
    reset: () => {
      for (const part of [sessions, grants, visits, singleLogout, decisionPoint]) part.reset();
      faults.clear();
    },
  };
};
