/**
 * Profiles: who is authenticated at which MVPD, TempPass trials, and user metadata. This folder owns who finds which
 * profile and its JSON; it must not know how an MVPD authenticates or what it permits.
 */
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { type Call, ownerOf, viewerAt, viewerOf } from '../requests/call.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import { type FindSessionDeps, findSession } from '../sessions/find-session.ts';
import type { AdobeState } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { degradedView } from './degraded-view.ts';
import type { ProfileBook } from './profile-book.ts';
import { type TemporaryViewDeps, temporaryView, type ViewDeps, viewOf } from './profile-view.ts';

interface AllProfilesDeps extends ViewDeps {
  readonly fixtures: Pick<Fixtures, 'mvpds'>;
  readonly profiles: Pick<ProfileBook, 'find'>;
  readonly integrations: Pick<Integrations, 'isMisconfigured' | 'isActive'>;
  readonly switches: SwitchReader<'missingCertificate' | 'disabledIntegration'>;
}

/** GET /api/v2/{serviceProvider}/profiles: without temporary and degraded ones. */
export const createAllProfiles =
  (deps: AllProfilesDeps) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const { profiles, integrations, switches, fixtures } = deps;
    const isShown = (mvpd: string): boolean =>
      switches.now.disabledIntegration === 'shown' || integrations.isActive(serviceProvider, mvpd);
    const entries: [string, object][] = [];
    for (const { id } of fixtures.mvpds) {
      const found = isShown(id) ? profiles.find(viewerOf(call), id) : null;
      if (found) entries.push([id, await viewOf(deps, serviceProvider, found)]);
    }
    return ok({ profiles: Object.fromEntries(entries) });
  };

type ByMvpdDeps = ViewDeps &
  TemporaryViewDeps &
  DegradedDeps & {
    readonly fixtures: Pick<Fixtures, 'mvpds'>;
    readonly profiles: Pick<ProfileBook, 'find'>;
    readonly integrations: Pick<Integrations, 'require'>;
    readonly clock: Clock;
  };

/** GET /api/v2/{serviceProvider}/profiles/{mvpd} */
export const createProfileByMvpd =
  (deps: ByMvpdDeps) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider } = call;
    const mvpd = findMvpd(deps.fixtures, call.params['mvpd']);
    const owner = ownerOf(call);
    deps.integrations.require(serviceProvider, mvpd.id);
    if (mvpd.isTempPass) {
      const errorSubject = mvpd.isPromotional ? 'promotionalProfile' : undefined;
      const view = temporaryView(deps, { owner, serviceProvider, mvpd, errorSubject }, call.headers);
      return ok({ profiles: { [mvpd.id]: view } });
    }
    const found = deps.profiles.find(viewerOf(call), mvpd.id);
    const rule = degradedBy(deps, { serviceProvider: serviceProvider.id, mvpd: mvpd.id }, found);
    if (rule)
      return ok({ profiles: { [mvpd.id]: degradedView(owner, mvpd.id, { rule, now: deps.clock.now() }) } });
    return ok({ profiles: found ? { [mvpd.id]: await viewOf(deps, serviceProvider, found) } : {} });
  };

type ByCodeDeps = ByMvpdDeps &
  FindSessionDeps & {
    readonly state: Pick<AdobeState, 'sessions'>;
    readonly integrations: Pick<Integrations, 'isActive'>;
    readonly switches: SwitchReader<'codeAfterLogin' | 'disabledIntegration'>;
    readonly changed: () => void;
  };

/** GET /api/v2/{serviceProvider}/profiles/code/{code}: the profile of that session, as its own device sees it. */
export const createProfileByCode =
  (deps: ByCodeDeps) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider, params, headers } = call;
    const { state, clock, integrations, changed } = deps;
    const session = findSession(deps, { serviceProvider: serviceProvider.id, code: params['code'] });
    const none = ok({ profiles: {} });
    if (session.mvpd === null) return none;
    const mvpd = findMvpd(deps.fixtures, session.mvpd);
    if (mvpd.isTempPass) {
      const view = temporaryView(deps, { owner: session, serviceProvider, mvpd }, headers);
      return ok({ profiles: { [mvpd.id]: view } });
    }
    const found = deps.profiles.find(viewerAt(session, call), mvpd.id);
    const rule = degradedBy(deps, { serviceProvider: serviceProvider.id, mvpd: mvpd.id }, found);
    if (rule)
      return ok({ profiles: { [mvpd.id]: degradedView(session, mvpd.id, { rule, now: clock.now() }) } });
    const { disabledIntegration, codeAfterLogin } = deps.switches.now;
    const isShown = disabledIntegration === 'shown' || integrations.isActive(serviceProvider, mvpd.id);
    if (!found || !isShown) return none;
    const view = await viewOf(deps, serviceProvider, found);
    if (codeAfterLogin === 'once' && session.status === 'authenticated') {
      state.sessions.set(session.code, { ...session, status: 'answered' });
      changed();
    }
    return ok({ profiles: { [mvpd.id]: view } });
  };
