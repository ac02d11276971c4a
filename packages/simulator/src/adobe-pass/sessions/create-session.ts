/**
 * Authentication sessions and their codes, from creation to the browser's departure for the MVPD. This folder owns
 * codes, session parameters and the `actionName` of each answer; it must not know how an MVPD authenticates.
 */
import type { Ids } from '#src/lib/ids';
import { type Answer, ok } from '../requests/answer.ts';
import { formOf } from '../requests/body.ts';
import { type Call, viewerOf } from '../requests/call.ts';
import type { SwitchReader } from '../switches.ts';
import { type AuthorizeReasonDeps, authorizeReasonOf } from './authorize-reason.ts';
import { type OpenSessionDeps, openSession } from './open-session.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer } from './session-answers.ts';
import { missingOf, type ParametersDeps, readSessionParameters } from './session-parameters.ts';

type Deps = AuthorizeReasonDeps &
  OpenSessionDeps &
  ParametersDeps & {
    readonly ids: Ids;
    readonly switches: SwitchReader<'codeOnSsoAuthorize' | 'domainSpelling'>;
  };

/** POST /api/v2/{serviceProvider}/sessions */
export const createCreateSession =
  (deps: Deps) =>
  (call: Call): Answer => {
    const { serviceProvider } = call;
    const switches = deps.switches.now;
    const parameters = readSessionParameters(deps, { form: formOf(call), serviceProvider });
    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    const reason =
      mvpd !== null && missing.length === 0 ? authorizeReasonOf(deps, viewerOf(call), mvpd) : null;
    if (mvpd !== null && reason !== null) {
      const withCode = reason === 'authenticatedSSO' && switches.codeOnSsoAuthorize;
      const session = withCode ? openSession(deps, call, parameters) : undefined;
      const sessionId = session?.sessionId ?? deps.ids.uuid();
      return ok(authorizeAnswer({ sessionId, serviceProvider: serviceProvider.id, mvpd }, reason, session));
    }
    const session = openSession(deps, call, parameters);
    if (missing.length === 0) return ok(authenticateAnswer(session));
    return ok(incompleteAnswer(session, { actionName: 'resume', missing, switches }));
  };
