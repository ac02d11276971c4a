import { type Answer, ok } from '../requests/answer.ts';
import type { SsoCall } from './admit.ts';
import { devicesOf, nameOf } from './devices.ts';
import { type HouseholdDeps, householdOf } from './find-household.ts';

/** GET /api/{serviceProvider}/list: the devices of an SSO id. */
export const createList =
  (deps: HouseholdDeps) =>
  async (call: SsoCall): Promise<Answer> => {
    const known = devicesOf(deps, await householdOf(deps, call, 'list'));
    const entries = known.map(({ device, programmer: _, ssoId: __, ...shown }) => [
      nameOf(deps, device),
      shown,
    ]);
    return ok({ devices: Object.fromEntries(entries) });
  };
