import { z } from 'zod';
import { mediaType } from '#src/site';
import { type Answer, ok } from '../context.ts';
import type { SsoCall, SsoContext } from './admit.ts';
import { dismiss } from './devices.ts';
import { refuseSso } from './errors.ts';
import { householdOf } from './member.ts';

const bodySchema = z.object({ devices: z.array(z.string()).min(1) });

/** Errors: request_null, request_invalid. */
const devicesIn = ({ body, headers }: SsoCall): readonly string[] => {
  const text = body.trim();
  if (text === '' || text === 'null') throw refuseSso('request_null');
  try {
    if (mediaType(headers['content-type']) !== 'application/json') throw refuseSso('request_invalid');
    return bodySchema.parse(JSON.parse(text)).devices;
  } catch {
    throw refuseSso('request_invalid');
  }
};

/** POST /api/{serviceProvider}/unlink: takes devices off the list; those that are not on it go unmentioned. */
export const createUnlink =
  (context: SsoContext) =>
  async (call: SsoCall): Promise<Answer> => {
    const household = await householdOf(context, call, 'unlink');
    const unlinkedDevices = devicesIn(call).filter((device) => dismiss(context, household, device));
    context.changed();
    return ok({ status: 'OK', unlinkedDevices });
  };
