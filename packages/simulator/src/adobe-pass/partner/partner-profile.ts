import { type Call, formOf, ownerOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { degradedBy, type ViewContext, viewOf } from '../profiles/profile-view.ts';
import { refuse } from '../refusal.ts';
import type { Authentication } from '../state.ts';
import { findPartner, partnerFault } from './partner.ts';
import { readPartnerStatus } from './partner-status.ts';

type Context = ViewContext &
  Pick<AdobeContext, 'fixtures' | 'state' | 'partnerExchange' | 'switches' | 'clock' | 'changed'>;

/** A partner's profile has a life of its own: one day. */
const lifetime = 24 * 3_600_000;

/** The MVPD's word from the framework, for a request of this very device, once. */
const redeem = async (context: Context, call: Call, mvpd: string): Promise<Authentication> => {
  const { state, clock, partnerExchange } = context;
  const given = formOf(call).get('SAMLResponse');
  if (!given) throw refuse('invalid_parameter_saml_response');
  const { request, mvpd: issuer, subscriber } = await partnerExchange.read(given);
  const asked = state.partnerRequests.get(request);
  const owner = ownerOf(call);
  const theirs =
    asked !== undefined &&
    (['client', 'device', 'serviceProvider'] as const).every((name) => asked[name] === owner[name]);
  if (!theirs || asked.expiresAt <= clock.now() || asked.mvpd !== issuer)
    throw refuse('invalid_parameter_saml_response');
  if (issuer !== mvpd) throw refuse('invalid_header_pfs_provider_id_mismatch');
  state.partnerRequests.delete(request);

  const now = clock.now();
  const { userId, attributes, session, notAfter } = subscriber;
  return {
    ...{ mvpd, userId, attributes, session },
    ...{ serviceProvider: owner.serviceProvider, subject: null, platformSubject: null, invalidated: false },
    notBefore: now,
    notAfter: Math.min(now + lifetime, notAfter ?? Number.POSITIVE_INFINITY),
  };
};

/** "Basic profile retrieval": what the device has of its own. */
const basicProfiles = async (context: Context, call: Call): Promise<Answer> => {
  const entries: [string, object][] = [];
  for (const { id } of context.fixtures.mvpds) {
    const profile = context.profiles.regular(ownerOf(call), id);
    if (profile)
      entries.push([id, await viewOf(context, call.serviceProvider, { type: 'regular', profile })]);
  }
  return ok({ profiles: Object.fromEntries(entries) });
};

/** POST /api/v2/{serviceProvider}/profiles/sso/{partner} */
export const createPartnerProfile =
  (context: Context) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const { switches, profiles, degradations } = context;
    findPartner(context, call.params['partner']);
    const { mvpd, fault } = readPartnerStatus(context, call.headers);
    if (mvpd === null || fault !== null) {
      if (switches.now.partnerProfileFault === 'profiles') return basicProfiles(context, call);
      throw refuse(fault ?? 'invalid_header_pfs_provider_id_not_determined');
    }
    context.integrations.require(serviceProvider, mvpd.id);
    const owner = ownerOf(call);
    const known = profiles.regular(owner, mvpd.id) ?? profiles.partnered(owner, mvpd.id);
    const rule = degradedBy(context, serviceProvider.id, mvpd.id, known);
    if (rule) return ok({ profiles: { [mvpd.id]: degradations.view(owner, mvpd.id, rule) } });
    const configuration = partnerFault(context, serviceProvider, mvpd);
    if (configuration !== null) throw refuse(configuration);

    const profile = await redeem(context, call, mvpd.id);
    profiles.storePartnered(owner, profile);
    const view = await viewOf(context, serviceProvider, { type: 'appleSSO', profile });
    const status = switches.now.partnerProfileStatus === 'openapi' ? 200 : 201;
    return { status, body: { profiles: { [mvpd.id]: view } } };
  };
