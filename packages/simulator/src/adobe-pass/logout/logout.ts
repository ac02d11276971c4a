/**
 * Logout at Adobe Pass, which removes the profile at once. This folder owns the action that the app is told to take
 * next; the browser's part of it, at the MVPD, belongs to `browser/`.
 */
import type { Fixtures, Mvpd } from '#src/fixtures';
import { type DegradedDeps, degradedBy } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { refuse } from '../errors/refusal.ts';
import type { Found, ProfileBook } from '../profiles/profile-book.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { type Call, viewerOf } from '../requests/call.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import type { Owner } from '../requests/viewer.ts';
import { isRedirectUrl, type RedirectDeps } from '../sessions/redirect-url.ts';
import type { SwitchReader } from '../switches.ts';
import { type LogoutUrlDeps, mvpdLogoutUrl } from './logout-url.ts';

type Deps = LogoutUrlDeps &
  DegradedDeps &
  RedirectDeps & {
    readonly fixtures: Pick<Fixtures, 'mvpds'>;
    readonly profiles: Pick<ProfileBook, 'find' | 'remove'>;
    readonly integrations: Pick<Integrations, 'require'>;
    readonly switches: SwitchReader<'degradedLogoutKey' | 'logoutRedirectUrl'>;
  };

interface Target {
  readonly owner: Owner;
  readonly mvpd: Mvpd;
  readonly redirectUrl: string | null;
  /** The profile that the logout removed, if there was one. */
  readonly found: Found | null;
}

const action = (actionName: string, actionType: string, mvpd: string, url?: string) => ({
  actionName,
  actionType,
  mvpd,
  ...(url !== undefined && { url }),
});

const isDegraded = (deps: DegradedDeps, { mvpd, owner, found }: Target): boolean =>
  degradedBy(deps, { serviceProvider: owner.serviceProvider, mvpd: mvpd.id }, found) !== null;

const actionOf = (deps: Deps, target: Target) => {
  const { owner, mvpd, redirectUrl, found } = target;
  if (mvpd.isTempPass || isDegraded(deps, target)) return action('complete', 'none', mvpd.id);
  if (!found) return action('invalid', 'none', mvpd.id);
  if (found.type === 'appleSSO') return action('partner_logout', 'partner_interactive', mvpd.id);
  if (!mvpd.hasLogoutEndpoint) return action('complete', 'none', mvpd.id);
  const url = mvpdLogoutUrl(deps, { owner, redirectUrl, profile: found.profile });
  return action('logout', 'interactive', mvpd.id, url);
};

/** In the sample of a degraded MVPD the key is the id of one particular MVPD. */
const keyOf = (deps: Deps, target: Target): string =>
  isDegraded(deps, target) && deps.switches.now.degradedLogoutKey === 'sample' ? 'ATTOTT' : target.mvpd.id;

/** GET /api/v2/{serviceProvider}/logout/{mvpd}: removes the profile; the URL only ends the MVPD's own session. */
export const createLogout =
  (deps: Deps) =>
  (call: Call): Answer => {
    const { serviceProvider, query } = call;
    const { profiles, switches } = deps;
    const mvpd = findMvpd(deps.fixtures, call.params['mvpd']);
    const redirectUrl = query.get('redirectUrl');
    const isMissing = redirectUrl === null && switches.now.logoutRedirectUrl === 'required';
    if (isMissing || (redirectUrl !== null && !isRedirectUrl(deps, serviceProvider, redirectUrl)))
      throw refuse('invalid_parameter_redirect_url');
    deps.integrations.require(serviceProvider, mvpd.id);

    // The operation does not list the partner's status header, yet it ends the partner's profile too.
    const viewer = { ...viewerOf(call), partner: mvpd.id };
    const found = profiles.find(viewer, mvpd.id);
    profiles.remove(viewer, mvpd.id);
    const target = { owner: viewer.owner, mvpd, redirectUrl, found };
    return ok({ logouts: { [keyOf(deps, target)]: actionOf(deps, target) } });
  };
