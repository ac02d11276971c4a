import { type Call, findMvpd, ownerOf, viewerAt, viewerOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { findSession } from '../sessions/find-session.ts';
import { degradedBy, temporaryView, type ViewContext, viewOf } from './profile-view.ts';

type Context = ViewContext & Pick<AdobeContext, 'fixtures' | 'state' | 'clock' | 'changed'>;

/** GET /api/v2/{serviceProvider}/profiles: never temporary nor degraded ones. */
export const createAllProfiles =
  (context: Context) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const { profiles, integrations, switches, fixtures } = context;
    const shows = (mvpd: string): boolean =>
      switches.now.disabledIntegration === 'shown' || integrations.isActive(serviceProvider, mvpd);
    const entries: [string, object][] = [];
    for (const { id } of fixtures.mvpds) {
      const found = shows(id) ? profiles.find(viewerOf(call), id) : null;
      if (found) entries.push([id, await viewOf(context, serviceProvider, found)]);
    }
    return ok({ profiles: Object.fromEntries(entries) });
  };

/** GET /api/v2/{serviceProvider}/profiles/{mvpd} */
export const createProfileByMvpd =
  (context: Context) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const mvpd = findMvpd(context, call.params['mvpd']);
    const owner = ownerOf(call);
    context.integrations.require(serviceProvider, mvpd.id);
    if (mvpd.isTempPass) {
      const view = temporaryView(context, { owner, serviceProvider, mvpd }, call.headers);
      return ok({ profiles: { [mvpd.id]: view } });
    }
    const found = context.profiles.find(viewerOf(call), mvpd.id);
    const rule = degradedBy(context, serviceProvider.id, mvpd.id, found);
    if (rule) return ok({ profiles: { [mvpd.id]: context.degradations.view(owner, mvpd.id, rule) } });
    return ok({ profiles: found ? { [mvpd.id]: await viewOf(context, serviceProvider, found) } : {} });
  };

/** GET /api/v2/{serviceProvider}/profiles/code/{code}: the login of that code, as its own device would see it. */
export const createProfileByCode =
  (context: Context) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider, params, headers } = call;
    const session = findSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    const none = ok({ profiles: {} });
    if (session.mvpd === null) return none;
    const mvpd = findMvpd(context, session.mvpd);
    if (mvpd.isTempPass) {
      const place = { owner: session, serviceProvider, mvpd };
      return ok({ profiles: { [mvpd.id]: temporaryView(context, place, headers) } });
    }
    const found = context.profiles.find(viewerAt(session, call), mvpd.id);
    const rule = degradedBy(context, serviceProvider.id, mvpd.id, found);
    if (rule) return ok({ profiles: { [mvpd.id]: context.degradations.view(session, mvpd.id, rule) } });
    const { disabledIntegration, codeAfterLogin } = context.switches.now;
    const shown = disabledIntegration === 'shown' || context.integrations.isActive(serviceProvider, mvpd.id);
    if (!found || !shown) return none;
    const view = await viewOf(context, serviceProvider, found);
    if (codeAfterLogin === 'once' && session.status === 'authenticated') {
      context.state.sessions.set(session.code, { ...session, status: 'answered' });
      context.changed();
    }
    return ok({ profiles: { [mvpd.id]: view } });
  };
