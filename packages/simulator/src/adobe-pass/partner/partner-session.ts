/**
 * Partner single sign-on: Apple's account framework carries Adobe's request to the MVPD and the MVPD's response back.
 * This folder owns both operations and the fallback to basic authentication; it must not know SAML.
 */
import type { Fixtures, Mvpd } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { PartnerExchange } from '../mvpd-ports.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { formOf } from '../requests/body.ts';
import { type Call, ownerOf, viewerOf } from '../requests/call.ts';
import { type PartnerStatus, type PartnerStatusDeps, readPartnerStatus } from '../requests/partner-status.ts';
import { type OpenSessionDeps, openSession } from '../sessions/open-session.ts';
import {
  type AuthorizeReason,
  authenticateAnswer,
  authorizeAnswer,
  type Fallback,
  incompleteAnswer,
  pathOf,
} from '../sessions/session-answers.ts';
import {
  missingOf,
  type ParametersDeps,
  readSessionParameters,
  type SessionParameters,
} from '../sessions/session-parameters.ts';
import { type AdobeState, dropEnded } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { type FindPartnerDeps, findPartner, type PartnerErrorDeps, partnerErrorOf } from './find-partner.ts';

const requestLifetime = 15 * 60_000;

type ReasonDeps = DegradedDeps & { readonly profiles: Pick<ProfileBook, 'regular' | 'find'> };

const reasonOf = (deps: ReasonDeps, call: Call, mvpd: Mvpd, isValid: boolean): AuthorizeReason | null => {
  const { profiles } = deps;
  const owner = ownerOf(call);
  const viewer = { ...viewerOf(call), partner: isValid ? mvpd.id : null };
  const found = profiles.find(viewer, mvpd.id);
  if (degradedBy(deps, { serviceProvider: owner.serviceProvider, mvpd: mvpd.id }, found)) return 'degraded';
  if (profiles.regular(owner, mvpd.id)) return 'authenticated';
  return found ? 'authenticatedSSO' : null;
};

type FallbackDeps = OpenSessionDeps & {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly integrations: Pick<Integrations, 'isActive'>;
  readonly switches: SwitchReader<'partnerFallbackWithoutMvpd' | 'domainSpelling'>;
};

const fallBack = (
  deps: FallbackDeps,
  call: Call,
  parameters: SessionParameters,
  reason: Fallback,
): Answer => {
  const { fixtures, integrations, switches } = deps;
  const keepsMvpd = parameters.mvpd !== null || switches.now.partnerFallbackWithoutMvpd === 'resume';
  const boarded = fixtures.mvpds.find(
    ({ id, partner }) => partner !== undefined && integrations.isActive(call.serviceProvider, id),
  );
  const completed = keepsMvpd ? parameters : { ...parameters, mvpd: boarded?.id ?? null };
  const session = openSession(deps, call, completed);
  const missing = missingOf(session);
  if (missing.length === 0) return ok(authenticateAnswer(session, reason));
  return ok(
    incompleteAnswer(session, {
      actionName: 'resume',
      reasonType: 'missing_parameters_fallback',
      missing,
      switches: switches.now,
    }),
  );
};

interface BeginDeps {
  readonly state: Pick<AdobeState, 'partnerRequests'>;
  readonly partnerExchange: Pick<PartnerExchange, 'ask'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
}

/** Gives the device a request for the framework to bring to the MVPD; the response becomes a partner profile. */
const begin = async (deps: BeginDeps, call: Call, mvpd: Mvpd, partner: string): Promise<Answer> => {
  const { state, ids, clock, changed, partnerExchange } = deps;
  const { serviceProvider } = call;
  const request = ids.secret();
  dropEnded(state.partnerRequests, ({ expiresAt }) => expiresAt, clock.now());
  state.partnerRequests.set(request, {
    ...ownerOf(call),
    mvpd: mvpd.id,
    expiresAt: clock.now() + requestLifetime,
  });
  changed();
  const asked = await partnerExchange.ask({ mvpd, serviceProvider: serviceProvider.id, request });
  return ok({
    actionName: 'partner_profile',
    actionType: 'direct',
    reasonType: 'none',
    url: pathOf(serviceProvider.id, 'profiles', 'sso', partner),
    sessionId: ids.uuid(),
    mvpd: mvpd.id,
    serviceProvider: serviceProvider.id,
    authenticationRequest: {
      type: 'saml',
      request: asked.authenticationRequest,
      attributesNames: asked.attributesNames,
    },
  });
};

type StatusDeps = PartnerStatusDeps & { readonly switches: SwitchReader<'partnerStatusHeader'> };

const statusOf = (deps: StatusDeps, { headers }: Call): PartnerStatus => {
  const status = readPartnerStatus(deps, headers);
  const isAbsent = headers['ap-partner-framework-status'] === undefined;
  if (isAbsent && status.fault !== null && deps.switches.now.partnerStatusHeader === 'required')
    throw refuse(status.fault);
  return status;
};

type Deps = ReasonDeps &
  FallbackDeps &
  BeginDeps &
  StatusDeps &
  ParametersDeps &
  FindPartnerDeps &
  PartnerErrorDeps;

/** POST /api/v2/{serviceProvider}/sessions/sso/{partner}: the status header names the MVPD. */
export const createPartnerSession =
  (deps: Deps) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const partner = findPartner(deps, call.params['partner']);
    const status = statusOf(deps, call);
    const form = new URLSearchParams(formOf(call));
    if (status.mvpd) form.set('mvpd', status.mvpd.id);
    const parameters = readSessionParameters(deps, { form, serviceProvider });
    const { mvpd, fault } = status;
    if (!mvpd) return fallBack(deps, call, parameters, 'pfs_fallback');

    deps.integrations.require(serviceProvider, mvpd.id);
    const reason = reasonOf(deps, call, mvpd, fault === null);
    if (reason) {
      const sessionId = deps.ids.uuid();
      return ok(authorizeAnswer({ sessionId, serviceProvider: serviceProvider.id, mvpd: mvpd.id }, reason));
    }
    if (fault !== null) return fallBack(deps, call, parameters, 'pfs_fallback');
    if (partnerErrorOf(deps, serviceProvider, mvpd) !== null)
      return fallBack(deps, call, parameters, 'configuration_fallback');
    return begin(deps, call, mvpd, partner);
  };
