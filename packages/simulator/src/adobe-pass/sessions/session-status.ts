import type { Call } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { describeDevice } from '../device.ts';
import { findSession } from './find-session.ts';
import { statusAnswer } from './session-answer.ts';
import { missingOf } from './session-parameters.ts';

/** GET /api/v2/{serviceProvider}/sessions/{code}: changes nothing, so a second screen may check a typed code. */
export const createSessionStatus =
  (context: Pick<AdobeContext, 'state' | 'clock' | 'switches'>) =>
  ({ serviceProvider, params }: Call): Answer => {
    const session = findSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    const device = describeDevice(session);
    return ok(statusAnswer(session, { missing: missingOf(session), device, switches: context.switches.now }));
  };
