/**
 * Logout at Adobe Pass, which removes the profile at once. This folder owns the action that the app is told to take
 * next; the browser's part of it, at the MVPD, belongs to `browser/`.
 */
import type { Fixtures, Mvpd, ServiceProvider } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { Origins } from '#src/party';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { Found, ProfileBook } from '../profiles/profile-book.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { type Call, viewerOf } from '../requests/call.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import { isRedirectUrl, type RedirectDeps } from '../sessions/redirect-url.ts';
import { type AdobeState, dropEnded } from '../state.ts';
import type { SwitchReader } from '../switches.ts';

interface MvpdLogoutDeps {
  readonly state: Pick<AdobeState, 'logouts'>;
  readonly origins: Pick<Origins, 'adobe'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
}

type Deps = MvpdLogoutDeps &
  DegradedDeps &
  RedirectDeps & {
    readonly fixtures: Pick<Fixtures, 'mvpds'>;
    readonly profiles: Pick<ProfileBook, 'find' | 'remove'>;
    readonly integrations: Pick<Integrations, 'require'>;
    readonly switches: SwitchReader<'degradedLogoutKey'>;
  };

interface Target {
  readonly mvpd: Mvpd;
  readonly serviceProvider: ServiceProvider;
  readonly redirectUrl: string;
  /** The profile that the logout removed, if there was one. */
  readonly found: Found | null;
}

/** Milliseconds until the browser must have started the MVPD's logout. */
const lifetime = 15 * 60_000;

/** The URL at which a browser ends the MVPD's own session. It stores what this needs of the removed profile. */
const mvpdLogoutUrl = (
  { state, origins, ids, clock, changed }: MvpdLogoutDeps,
  { serviceProvider, redirectUrl }: Target,
  { profile }: Found,
): string => {
  const { mvpd, userId, session } = profile;
  const request = ids.secret();
  dropEnded(state.logouts, ({ expiresAt }) => expiresAt, clock.now());
  state.logouts.set(request, {
    mvpd,
    userId,
    session,
    redirectUrl,
    serviceProvider: serviceProvider.id,
    expiresAt: clock.now() + lifetime,
  });
  changed();
  const url = new URL('/adobe-services/logout', origins.adobe);
  url.search = new URLSearchParams({
    noflash: 'true',
    mso_id: mvpd,
    requestor_id: serviceProvider.id,
    redirect_url: redirectUrl,
    request,
  }).toString();
  return url.href;
};

const action = (actionName: string, actionType: string, mvpd: string, url?: string) => ({
  actionName,
  actionType,
  mvpd,
  ...(url !== undefined && { url }),
});

const isDegraded = (deps: DegradedDeps, { mvpd, serviceProvider, found }: Target): boolean =>
  degradedBy(deps, { serviceProvider: serviceProvider.id, mvpd: mvpd.id }, found) !== null;

const actionOf = (deps: Deps, target: Target) => {
  const { mvpd, found } = target;
  if (mvpd.isTempPass || isDegraded(deps, target)) return action('complete', 'none', mvpd.id);
  if (!found) return action('invalid', 'none', mvpd.id);
  if (found.type === 'appleSSO') return action('partner_logout', 'partner_interactive', mvpd.id);
  if (!mvpd.hasLogoutEndpoint) return action('complete', 'none', mvpd.id);
  return action('logout', 'interactive', mvpd.id, mvpdLogoutUrl(deps, target, found));
};

/** In the sample of a degraded MVPD the key is the id of one particular MVPD. */
const keyOf = (deps: Deps, target: Target): string =>
  isDegraded(deps, target) && deps.switches.now.degradedLogoutKey === 'sample' ? 'ATTOTT' : target.mvpd.id;

/** GET /api/v2/{serviceProvider}/logout/{mvpd}: removes the profile; the URL only ends the MVPD's own session. */
export const createLogout =
  (deps: Deps) =>
  (call: Call): Answer => {
    const { serviceProvider, query } = call;
    const { profiles } = deps;
    const mvpd = findMvpd(deps.fixtures, call.params['mvpd']);
    const redirectUrl = query.get('redirectUrl');
    if (redirectUrl === null || !isRedirectUrl(deps, serviceProvider, redirectUrl))
      throw refuse('invalid_parameter_redirect_url');
    deps.integrations.require(serviceProvider, mvpd.id);

    // The operation does not list the partner's status header, yet it ends the partner's profile too.
    const viewer = { ...viewerOf(call), partner: mvpd.id };
    const found = profiles.find(viewer, mvpd.id);
    profiles.remove(viewer, mvpd.id);
    const target = { mvpd, serviceProvider, redirectUrl, found };
    return ok({ logouts: { [keyOf(deps, target)]: actionOf(deps, target) } });
  };
