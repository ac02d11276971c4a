import { deviceOf, type ServiceTokenDeps, type SsoCall, serviceTokenOf } from './admit.ts';
import { type DeviceDeps, type Household, markSeen } from './devices.ts';
import type { SsoTokens } from './tokens.ts';

export type HouseholdDeps = ServiceTokenDeps & DeviceDeps & { readonly ssoTokens: Pick<SsoTokens, 'read'> };

/** The SSO id of the request's service token. Errors: header_missing, header_invalid, token_*. */
export const householdOf = async (
  deps: HouseholdDeps,
  call: SsoCall,
  requests: 'link' | 'unlink' | 'list',
): Promise<Household> => {
  const token = serviceTokenOf(deps, call, requests);
  const device = deviceOf(call);
  const household = { programmer: call.programmer, ssoId: await deps.ssoTokens.read(token) };
  markSeen(deps, household, device);
  return household;
};
