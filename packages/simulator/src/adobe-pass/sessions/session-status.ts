import { type Answer, ok } from '../requests/answer.ts';
import type { Call } from '../requests/call.ts';
import type { SwitchReader } from '../switches.ts';
import { describeDevice } from './describe-device.ts';
import { type FindSessionDeps, findSession } from './find-session.ts';
import { statusAnswer } from './session-answers.ts';
import { missingOf } from './session-parameters.ts';

type Deps = FindSessionDeps & { readonly switches: SwitchReader<'domainSpelling' | 'sessionStatusMembers'> };

/** GET /api/v2/{serviceProvider}/sessions/{code}: read-only, so that a second screen can check a typed code. */
export const createSessionStatus =
  (deps: Deps) =>
  ({ serviceProvider, params }: Call): Answer => {
    const session = findSession(deps, { serviceProvider: serviceProvider.id, code: params['code'] });
    const device = describeDevice(session);
    return ok(statusAnswer(session, { missing: missingOf(session), device, switches: deps.switches.now }));
  };
