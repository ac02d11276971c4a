import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { PartnerExchange } from '../mvpd-ports.ts';
import { degradedView } from '../profiles/degraded-view.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import { type ViewDeps, viewOf } from '../profiles/profile-view.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { formOf } from '../requests/body.ts';
import { type Call, ownerOf } from '../requests/call.ts';
import { readPartnerStatus } from '../requests/partner-status.ts';
import type { AdobeState, Authentication } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { type FindPartnerDeps, findPartner, type PartnerErrorDeps, partnerErrorOf } from './find-partner.ts';

interface RedeemDeps {
  readonly state: Pick<AdobeState, 'partnerRequests'>;
  readonly partnerExchange: Pick<PartnerExchange, 'read'>;
  readonly clock: Clock;
}

type Deps = RedeemDeps &
  ViewDeps &
  DegradedDeps &
  FindPartnerDeps &
  PartnerErrorDeps & {
    readonly fixtures: Pick<Fixtures, 'mvpds'>;
    readonly profiles: Pick<ProfileBook, 'regular' | 'partnered' | 'storePartnered'>;
    readonly integrations: Pick<Integrations, 'require'>;
    readonly switches: SwitchReader<'partnerProfileFault' | 'partnerProfileStatus'>;
  };

/** The longest lifetime of a partner profile: one day. */
const lifetime = 24 * 3_600_000;

/**
 * The MVPD's response from the framework, which must answer a request of this very device, once.
 * Errors: invalid_parameter_saml_response, invalid_header_pfs_provider_id_mismatch.
 */
const redeem = async (deps: RedeemDeps, call: Call, mvpd: string): Promise<Authentication> => {
  const { state, clock, partnerExchange } = deps;
  const given = formOf(call).get('SAMLResponse');
  if (!given) throw refuse('invalid_parameter_saml_response');
  const { request, mvpd: issuer, subscriber } = await partnerExchange.read(given);
  const asked = state.partnerRequests.get(request);
  const owner = ownerOf(call);
  const isOwn =
    asked !== undefined &&
    (['client', 'device', 'serviceProvider'] as const).every((name) => asked[name] === owner[name]);
  if (!isOwn || asked.expiresAt <= clock.now() || asked.mvpd !== issuer)
    throw refuse('invalid_parameter_saml_response');
  if (issuer !== mvpd) throw refuse('invalid_header_pfs_provider_id_mismatch');
  state.partnerRequests.delete(request);

  const now = clock.now();
  const { userId, attributes, session, notAfter } = subscriber;
  return {
    mvpd,
    userId,
    attributes,
    session,
    serviceProvider: owner.serviceProvider,
    subject: null,
    platformSubject: null,
    invalidated: false,
    notBefore: now,
    notAfter: Math.min(now + lifetime, notAfter ?? Number.POSITIVE_INFINITY),
  };
};

/** "Basic profile retrieval": the device's own profiles. */
const basicProfiles = async (deps: Deps, call: Call): Promise<Answer> => {
  const entries: [string, object][] = [];
  for (const { id } of deps.fixtures.mvpds) {
    const profile = deps.profiles.regular(ownerOf(call), id);
    if (profile) entries.push([id, await viewOf(deps, call.serviceProvider, { type: 'regular', profile })]);
  }
  return ok({ profiles: Object.fromEntries(entries) });
};

/** POST /api/v2/{serviceProvider}/profiles/sso/{partner} */
export const createPartnerProfile =
  (deps: Deps) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const { switches, profiles, clock } = deps;
    findPartner(deps, call.params['partner']);
    const { mvpd, fault } = readPartnerStatus(deps, call.headers);
    if (mvpd === null || fault !== null) {
      if (switches.now.partnerProfileFault === 'profiles') return basicProfiles(deps, call);
      throw refuse(fault ?? 'invalid_header_pfs_provider_id_not_determined');
    }
    deps.integrations.require(serviceProvider, mvpd.id);
    const owner = ownerOf(call);
    const known = profiles.regular(owner, mvpd.id) ?? profiles.partnered(owner, mvpd.id);
    const rule = degradedBy(deps, { serviceProvider: serviceProvider.id, mvpd: mvpd.id }, known);
    if (rule)
      return ok({ profiles: { [mvpd.id]: degradedView(owner, mvpd.id, { rule, now: clock.now() }) } });
    const configurationError = partnerErrorOf(deps, serviceProvider, mvpd);
    if (configurationError !== null) throw refuse(configurationError);

    const profile = await redeem(deps, call, mvpd.id);
    profiles.storePartnered(owner, profile);
    const view = await viewOf(deps, serviceProvider, { type: 'appleSSO', profile });
    const status = switches.now.partnerProfileStatus === 'openapi' ? 200 : 201;
    return { status, body: { profiles: { [mvpd.id]: view } } };
  };
