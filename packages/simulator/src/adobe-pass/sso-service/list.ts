import { type Answer, ok } from '../context.ts';
import type { SsoCall, SsoContext } from './admit.ts';
import { devicesOf } from './devices.ts';
import { householdOf } from './member.ts';

/** GET /api/{serviceProvider}/list: the devices of an SSO id. */
export const createList =
  (context: SsoContext) =>
  async (call: SsoCall): Promise<Answer> => {
    const known = devicesOf(context, await householdOf(context, call, 'list'));
    const entries = known.map(({ device, programmer: _, ssoId: __, ...told }) => [device, told]);
    return ok({ devices: Object.fromEntries(entries) });
  };
