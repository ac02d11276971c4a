import { z } from 'zod';
import { mediaType } from '#src/site';
import { type Answer, ok } from '../requests/answer.ts';
import type { SsoCall } from './admit.ts';
import { removeDevice } from './devices.ts';
import { refuseSso } from './errors.ts';
import { type HouseholdDeps, householdOf } from './find-household.ts';

const bodySchema = z.object({ devices: z.array(z.string()).min(1) });

/** Errors: request_null, request_invalid. */
const devicesOfBody = ({ body, headers }: SsoCall): readonly string[] => {
  const text = body.trim();
  if (text === '' || text === 'null') throw refuseSso('request_null');
  try {
    if (mediaType(headers['content-type']) !== 'application/json') throw refuseSso('request_invalid');
    return bodySchema.parse(JSON.parse(text)).devices;
  } catch {
    throw refuseSso('request_invalid');
  }
};

/** POST /api/{serviceProvider}/unlink: removes devices; the response names only those that were on the list. */
export const createUnlink =
  (deps: HouseholdDeps) =>
  async (call: SsoCall): Promise<Answer> => {
    const household = await householdOf(deps, call, 'unlink');
    const unlinkedDevices = devicesOfBody(call).filter((device) => removeDevice(deps, household, device));
    deps.changed();
    return ok({ status: 'OK', unlinkedDevices });
  };
