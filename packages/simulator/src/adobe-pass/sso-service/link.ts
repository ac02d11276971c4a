import type { Answer } from '../context.ts';
import type { SsoCall, SsoContext } from './admit.ts';
import { openLink } from './link-codes.ts';
import { householdOf } from './member.ts';

/** POST /api/{serviceProvider}/link: a code that another device trades for a token of the same SSO id. */
export const createLink =
  (context: SsoContext) =>
  async (call: SsoCall): Promise<Answer> => {
    const { code, notBefore, notAfter } = openLink(context, await householdOf(context, call, 'link'));
    const member = context.switches.now.ssoServiceLinkMember;
    return { status: 201, body: { status: 'CREATED', [member]: code, notBefore, notAfter } };
  };
