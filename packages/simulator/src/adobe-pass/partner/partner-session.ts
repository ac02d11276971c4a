import type { Mvpd } from '#src/fixtures';
import { type Call, formOf, ownerOf, viewerOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { degradedBy } from '../profiles/profile-view.ts';
import { refuse } from '../refusal.ts';
import { openSession } from '../sessions/open-session.ts';
import {
  authenticateAnswer,
  authorizeAnswer,
  type Fallback,
  incompleteAnswer,
  pathOf,
  type Standing,
} from '../sessions/session-answer.ts';
import { missingOf, readSessionParameters, type SessionParameters } from '../sessions/session-parameters.ts';
import { dropEnded } from '../state.ts';
import { findPartner, partnerFault } from './partner.ts';
import { type PartnerStatus, readPartnerStatus } from './partner-status.ts';

type Context = Pick<
  AdobeContext,
  | 'fixtures'
  | 'state'
  | 'profiles'
  | 'integrations'
  | 'degradations'
  | 'partnerExchange'
  | 'switches'
  | 'ids'
  | 'clock'
  | 'changed'
>;

const requestLifetime = 15 * 60_000;

const standingOf = (context: Context, call: Call, mvpd: Mvpd, holds: boolean): Standing | null => {
  const { profiles } = context;
  const owner = ownerOf(call);
  const own = profiles.regular(owner, mvpd.id);
  const viewer = { ...viewerOf(call), partner: holds ? mvpd.id : null };
  const found = profiles.find(viewer, mvpd.id);
  if (degradedBy(context, owner.serviceProvider, mvpd.id, found)) return 'degraded';
  if (own) return 'authenticated';
  return found ? 'authenticatedSSO' : null;
};

const fallBack = (context: Context, call: Call, parameters: SessionParameters, reason: Fallback): Answer => {
  const { fixtures, integrations, switches } = context;
  const named = parameters.mvpd !== null || switches.now.partnerFallbackWithoutMvpd === 'resume';
  const onBoard = fixtures.mvpds.find(
    ({ id, partner }) => partner !== undefined && integrations.isActive(call.serviceProvider, id),
  );
  const filled = named ? parameters : { ...parameters, mvpd: onBoard?.id ?? null };
  const session = openSession(context, call, filled);
  const missing = missingOf(session);
  if (missing.length === 0) return ok(authenticateAnswer(session, reason));
  return ok(
    incompleteAnswer(session, {
      ...{ actionName: 'resume', reasonType: 'missing_parameters_fallback' },
      ...{ missing, switches: switches.now },
    }),
  );
};

/** The framework gets a request that it brings to the MVPD; the answer comes back as a partner profile. */
const begin = async (context: Context, call: Call, mvpd: Mvpd, partner: string): Promise<Answer> => {
  const { state, ids, clock, changed, partnerExchange } = context;
  const { serviceProvider } = call;
  const request = ids.secret();
  dropEnded(state.partnerRequests, ({ expiresAt }) => expiresAt, clock.now());
  state.partnerRequests.set(request, {
    ...ownerOf(call),
    ...{ mvpd: mvpd.id, expiresAt: clock.now() + requestLifetime },
  });
  changed();
  const asked = await partnerExchange.ask({ mvpd, serviceProvider: serviceProvider.id, request });
  return ok({
    ...{ actionName: 'partner_profile', actionType: 'direct', reasonType: 'none' },
    url: pathOf(serviceProvider.id, 'profiles', 'sso', partner),
    ...{ sessionId: ids.uuid(), mvpd: mvpd.id, serviceProvider: serviceProvider.id },
    authenticationRequest: {
      type: 'saml',
      request: asked.authenticationRequest,
      attributesNames: asked.attributesNames,
    },
  });
};

const statusOf = (context: Context, { headers }: Call): PartnerStatus => {
  const status = readPartnerStatus(context, headers);
  const absent = headers['ap-partner-framework-status'] === undefined;
  if (absent && status.fault !== null && context.switches.now.partnerStatusHeader === 'required')
    throw refuse(status.fault);
  return status;
};

/** POST /api/v2/{serviceProvider}/sessions/sso/{partner}: the MVPD is the one that the status header names. */
export const createPartnerSession =
  (context: Context) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const partner = findPartner(context, call.params['partner']);
    const status = statusOf(context, call);
    const form = new URLSearchParams(formOf(call));
    if (status.mvpd) form.set('mvpd', status.mvpd.id);
    const parameters = readSessionParameters(context, { form, serviceProvider });
    const { mvpd, fault } = status;
    if (!mvpd) return fallBack(context, call, parameters, 'pfs_fallback');

    context.integrations.require(serviceProvider, mvpd.id);
    const standing = standingOf(context, call, mvpd, fault === null);
    if (standing) {
      const where = {
        sessionId: context.ids.uuid(),
        serviceProvider: serviceProvider.id,
        mvpd: mvpd.id,
      };
      return ok(authorizeAnswer(where, standing));
    }
    if (fault !== null) return fallBack(context, call, parameters, 'pfs_fallback');
    if (partnerFault(context, serviceProvider, mvpd) !== null)
      return fallBack(context, call, parameters, 'configuration_fallback');
    return begin(context, call, mvpd, partner);
  };
