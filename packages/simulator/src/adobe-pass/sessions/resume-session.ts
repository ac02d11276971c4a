import { type Answer, ok } from '../requests/answer.ts';
import { formOf } from '../requests/body.ts';
import { type Call, viewerAt } from '../requests/call.ts';
import type { AdobeState, Session } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import { type AuthorizeReasonDeps, authorizeReasonOf } from './authorize-reason.ts';
import { type FindSessionDeps, findOpenSession } from './find-session.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer } from './session-answers.ts';
import { missingOf, type ParametersDeps, readSessionParameters } from './session-parameters.ts';

type Deps = AuthorizeReasonDeps &
  FindSessionDeps &
  ParametersDeps & {
    readonly state: Pick<AdobeState, 'sessions'>;
    readonly switches: SwitchReader<'ssoBinding' | 'codeOnResumedAuthorize' | 'domainSpelling'>;
    readonly changed: () => void;
  };

/** POST /api/v2/{serviceProvider}/sessions/{code}: a second screen supplies the parameters that the first lacked. */
export const createResumeSession =
  (deps: Deps) =>
  (call: Call): Answer => {
    const { serviceProvider, params } = call;
    const switches = deps.switches.now;
    const known = findOpenSession(deps, { serviceProvider: serviceProvider.id, code: params['code'] });
    const parameters = readSessionParameters(deps, { form: formOf(call), serviceProvider, known });
    const bound = switches.ssoBinding === 'kept' ? known : { subject: null, platformSubject: null };
    const platformSubject = call.platformSubject ?? bound.platformSubject;
    const session: Session = { ...known, ...parameters, subject: bound.subject, platformSubject };
    deps.state.sessions.set(session.code, session);
    deps.changed();

    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    if (mvpd === null || missing.length > 0)
      return ok(incompleteAnswer(session, { actionName: 'retry', missing, switches }));
    const reason = authorizeReasonOf(deps, viewerAt(session, call), mvpd);
    if (!reason) return ok(authenticateAnswer(session));
    const repeated = switches.codeOnResumedAuthorize ? session : undefined;
    return ok(authorizeAnswer({ ...session, mvpd }, reason, repeated));
  };
