import type { Mvpd, ServiceProvider } from '#src/fixtures';
import { type Call, findMvpd, viewerOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import type { Found } from '../profiles/profile-book.ts';
import { degradedBy } from '../profiles/profile-view.ts';
import { refuse } from '../refusal.ts';
import { isRedirectUrl } from '../sessions/redirect-url.ts';
import { dropEnded } from '../state.ts';

type Context = Pick<
  AdobeContext,
  | 'fixtures'
  | 'state'
  | 'profiles'
  | 'integrations'
  | 'degradations'
  | 'switches'
  | 'origins'
  | 'ids'
  | 'clock'
  | 'changed'
>;

/** How long the browser may take to the MVPD's logout. */
const lifetime = 15 * 60_000;

/** Where a browser ends the MVPD's own session; what that needs is remembered, for the profile is gone. */
const mvpdSide = (
  { state, origins, ids, clock, changed }: Context,
  { profile }: Found,
  serviceProvider: ServiceProvider,
  redirectUrl: string,
): string => {
  const { mvpd, userId, session } = profile;
  const request = ids.secret();
  dropEnded(state.logouts, ({ expiresAt }) => expiresAt, clock.now());
  state.logouts.set(request, {
    ...{ mvpd, userId, session, redirectUrl },
    ...{ serviceProvider: serviceProvider.id, expiresAt: clock.now() + lifetime },
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
  ...{ actionName, actionType, mvpd },
  ...(url !== undefined && { url }),
});

const actionOf = (
  context: Context,
  mvpd: Mvpd,
  found: Found | null,
  serviceProvider: ServiceProvider,
  redirectUrl: string,
) => {
  const degraded = degradedBy(context, serviceProvider.id, mvpd.id, found);
  if (mvpd.isTempPass || degraded) return action('complete', 'none', mvpd.id);
  if (!found) return action('invalid', 'none', mvpd.id);
  if (found.type === 'appleSSO') return action('partner_logout', 'partner_interactive', mvpd.id);
  if (!mvpd.hasLogoutEndpoint) return action('complete', 'none', mvpd.id);
  const url = mvpdSide(context, found, serviceProvider, redirectUrl);
  return action('logout', 'interactive', mvpd.id, url);
};

/** The sample of a degraded MVPD has the id of one MVPD for a key, and a placeholder for the MVPD. */
const keyOf = (context: Context, mvpd: Mvpd, found: Found | null, serviceProvider: ServiceProvider) => {
  const degraded = degradedBy(context, serviceProvider.id, mvpd.id, found);
  return degraded && context.switches.now.degradedLogoutKey === 'sample' ? 'ATTOTT' : mvpd.id;
};

/** GET /api/v2/{serviceProvider}/logout/{mvpd}: the profile is gone at once; the url only cleans the MVPD's side. */
export const createLogout =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, query } = call;
    const { profiles } = context;
    const mvpd = findMvpd(context, call.params['mvpd']);
    const redirectUrl = query.get('redirectUrl');
    if (redirectUrl === null || !isRedirectUrl(context, serviceProvider, redirectUrl))
      throw refuse('invalid_parameter_redirect_url');
    context.integrations.require(serviceProvider, mvpd.id);

    // The operation lists no partner status, yet it ends the partner's profile too.
    const viewer = { ...viewerOf(call), partner: mvpd.id };
    const found = profiles.find(viewer, mvpd.id);
    profiles.remove(viewer, mvpd.id);
    const key = keyOf(context, mvpd, found, serviceProvider);
    return ok({ logouts: { [key]: actionOf(context, mvpd, found, serviceProvider, redirectUrl) } });
  };
