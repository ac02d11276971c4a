import type { Answer } from '../requests/answer.ts';
import type { SwitchReader } from '../switches.ts';
import type { SsoCall } from './admit.ts';
import { type HouseholdDeps, householdOf } from './find-household.ts';
import { type OpenLinkDeps, openLink } from './link-codes.ts';

type Deps = HouseholdDeps & OpenLinkDeps & { readonly switches: SwitchReader<'ssoServiceLinkMember'> };

/** POST /api/{serviceProvider}/link: a code that another device exchanges for a token of the same SSO id. */
export const createLink =
  (deps: Deps) =>
  async (call: SsoCall): Promise<Answer> => {
    const { code, notBefore, notAfter } = openLink(deps, await householdOf(deps, call, 'link'));
    const member = deps.switches.now.ssoServiceLinkMember;
    return { status: 201, body: { status: 'CREATED', [member]: code, notBefore, notAfter } };
  };
