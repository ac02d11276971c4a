import { deviceOf, type SsoCall, type SsoContext, serviceTokenOf } from './admit.ts';
import { type Household, noticeDevice } from './devices.ts';

/** The SSO id whose token the request brings. Errors: header_missing, header_invalid, token_*. */
export const householdOf = async (
  context: SsoContext,
  call: SsoCall,
  requests: 'link' | 'unlink' | 'list',
): Promise<Household> => {
  const token = serviceTokenOf(context, call, requests);
  const device = deviceOf(call);
  const household = { programmer: call.programmer, ssoId: await context.ssoTokens.read(token) };
  noticeDevice(context, household, device);
  return household;
};
