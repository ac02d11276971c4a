import { type Call, formOf, viewerAt } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { standingOf } from '../standing.ts';
import type { Session } from '../state.ts';
import { findOpenSession } from './find-session.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer } from './session-answer.ts';
import { missingOf, readSessionParameters } from './session-parameters.ts';

type Context = Pick<
  AdobeContext,
  'fixtures' | 'state' | 'profiles' | 'integrations' | 'degradations' | 'switches' | 'clock' | 'changed'
>;

/** POST /api/v2/{serviceProvider}/sessions/{code}: a second screen brings what the first one lacked. */
export const createResumeSession =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, params } = call;
    const switches = context.switches.now;
    const known = findOpenSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    const parameters = readSessionParameters(context, { form: formOf(call), serviceProvider, known });
    const bound = switches.ssoBinding === 'kept' ? known : { subject: null, platformSubject: null };
    const platformSubject = call.platformSubject ?? bound.platformSubject;
    const session: Session = { ...known, ...parameters, subject: bound.subject, platformSubject };
    context.state.sessions.set(session.code, session);
    context.changed();

    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    if (mvpd === null || missing.length > 0)
      return ok(incompleteAnswer(session, { actionName: 'retry', missing, switches }));
    const standing = standingOf(context, viewerAt(session, call), mvpd);
    if (!standing) return ok(authenticateAnswer(session));
    const repeated = switches.codeOnResumedAuthorize ? session : undefined;
    return ok(authorizeAnswer({ ...session, mvpd }, standing, repeated));
  };
