import type { IncomingHttpHeaders } from 'node:http';
import type { Mvpd } from '../fixtures.ts';
import { type Call, deviceOf, findMvpd, requireIntegration } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { findSession } from './find-session.ts';
import type { Owner } from './profile-book.ts';
import { refuse } from './refusal.ts';
import type { Authentication } from './state.ts';
import { identityOf } from './temp-pass.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'state' | 'profiles' | 'trials' | 'clock'>;

const plain = <T>(value: T) => ({ value, state: 'plain' });

/** A profile's times are JSON numbers, unlike a session's. */
const view = (
  { mvpd, notBefore, notAfter, ...user }: Authentication,
  type: 'regular' | 'serviceTokenSSO',
) => ({
  notBefore,
  notAfter,
  issuer: mvpd,
  type,
  attributes: {
    userID: plain(user.userId),
    ...(type === 'serviceTokenSSO' && { upstreamUserID: plain(user.userId), mvpd: plain(mvpd) }),
    householdID: plain(user.householdId),
    zip: plain(user.zip),
  },
});

/** One entry per MVPD: the device's own profile goes before the subject's. */
const viewOf = ({ profiles }: Context, owner: Owner, subject: string | null, mvpd: string) => {
  const own = profiles.regular(owner, mvpd);
  if (own) return { [mvpd]: view(own, 'regular') };
  const shared = profiles.sso(subject, mvpd);
  return shared ? { [mvpd]: view(shared, 'serviceTokenSSO') } : {};
};

const temporaryView = ({ trials }: Context, owner: Owner, mvpd: Mvpd, headers: IncomingHttpHeaders) => {
  const visitor = { ...owner, mvpd: mvpd.id, identity: identityOf(mvpd, headers) };
  const refusal = trials.refusalOf(visitor);
  if (refusal) throw refuse(refusal);
  return { [mvpd.id]: trials.view(visitor) };
};

const ownerOf = (call: Call): Owner => ({
  client: call.client.id,
  device: deviceOf(call),
  serviceProvider: call.serviceProvider.id,
});

/** GET /api/v2/{serviceProvider}/profiles: never temporary ones. */
export const createAllProfiles =
  (context: Context) =>
  (call: Call): Answer => {
    const owner = ownerOf(call);
    const views = call.serviceProvider.mvpds.map((mvpd) => viewOf(context, owner, call.subject, mvpd));
    return ok({ profiles: Object.assign({}, ...views) });
  };

/** GET /api/v2/{serviceProvider}/profiles/{mvpd} */
export const createProfileByMvpd =
  (context: Context) =>
  (call: Call): Answer => {
    const mvpd = findMvpd(context, call.params['mvpd']);
    const owner = ownerOf(call);
    requireIntegration(call.serviceProvider, mvpd.id);
    const profiles = mvpd.isTempPass
      ? temporaryView(context, owner, mvpd, call.headers)
      : viewOf(context, owner, call.subject, mvpd.id);
    return ok({ profiles });
  };

/** GET /api/v2/{serviceProvider}/profiles/code/{code}: the login of that code, as its own device would see it. */
export const createProfileByCode =
  (context: Context) =>
  ({ serviceProvider, params, headers }: Call): Answer => {
    const session = findSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    if (session.mvpd === null) return ok({ profiles: {} });
    const mvpd = findMvpd(context, session.mvpd);
    const profiles = mvpd.isTempPass
      ? temporaryView(context, session, mvpd, headers)
      : viewOf(context, session, null, mvpd.id);
    return ok({ profiles });
  };
