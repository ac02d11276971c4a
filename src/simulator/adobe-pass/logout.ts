import type { Mvpd } from '../fixtures.ts';
import { type Call, deviceOf, findMvpd, requireIntegration } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { liesOnDomain } from './redirect-url.ts';
import { refuse } from './refusal.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'profiles' | 'origins'>;

const mvpdSide = (adobe: string, mvpd: Mvpd, serviceProvider: string, redirectUrl: string): string => {
  const url = new URL('/adobe-services/logout', adobe);
  url.search = new URLSearchParams({
    noflash: 'true',
    mso_id: mvpd.id,
    requestor_id: serviceProvider,
    redirect_url: redirectUrl,
  }).toString();
  return url.href;
};

const actionOf = (
  { origins }: Context,
  mvpd: Mvpd,
  had: boolean,
  serviceProvider: string,
  redirectUrl: string,
) => {
  if (mvpd.isTempPass) return { actionName: 'complete', actionType: 'none', mvpd: mvpd.id };
  if (!had) return { actionName: 'invalid', actionType: 'none', mvpd: mvpd.id };
  if (!mvpd.hasLogoutEndpoint) return { actionName: 'complete', actionType: 'none', mvpd: mvpd.id };
  const url = mvpdSide(origins.adobe, mvpd, serviceProvider, redirectUrl);
  return { actionName: 'logout', actionType: 'interactive', mvpd: mvpd.id, url };
};

/** GET /api/v2/{serviceProvider}/logout/{mvpd}: the profile is gone at once; the url only cleans the MVPD's side. */
export const createLogout =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, subject, query } = call;
    const mvpd = findMvpd(context, call.params['mvpd']);
    const owner = { client: call.client.id, device: deviceOf(call), serviceProvider: serviceProvider.id };
    const redirectUrl = query.get('redirectUrl');
    if (redirectUrl === null || !liesOnDomain(redirectUrl, serviceProvider.domains))
      throw refuse('invalid_parameter_redirect_url');
    requireIntegration(serviceProvider, mvpd.id);

    const had = Boolean(context.profiles.regular(owner, mvpd.id) ?? context.profiles.sso(subject, mvpd.id));
    context.profiles.remove(owner, mvpd.id, subject);
    return ok({ logouts: { [mvpd.id]: actionOf(context, mvpd, had, serviceProvider.id, redirectUrl) } });
  };
