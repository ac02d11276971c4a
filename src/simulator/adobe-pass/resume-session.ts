import { type Call, findMvpd, formOf } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { findOpenSession } from './find-session.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer, type Standing } from './session-answer.ts';
import { missingOf, readSessionParameters } from './session-parameters.ts';
import type { Session } from './state.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'state' | 'profiles' | 'clock' | 'changed'>;

/** This operation takes no service token, so a subject's SSO profile does not count here. */
const standingOf = (context: Context, session: Session, mvpd: string): Standing | null => {
  if (findMvpd(context, mvpd).isTempPass) return 'temporary';
  return context.profiles.regular(session, mvpd) ? 'authenticated' : null;
};

/** POST /api/v2/{serviceProvider}/sessions/{code}: a second screen brings what the first one lacked. */
export const createResumeSession =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, params } = call;
    const known = findOpenSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    const parameters = readSessionParameters(context, { form: formOf(call), serviceProvider, known });
    const session = { ...known, ...parameters };
    context.state.sessions.set(session.code, session);
    context.changed();

    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    if (mvpd === null || missing.length > 0) return ok(incompleteAnswer(session, 'retry', missing));
    const standing = standingOf(context, session, mvpd);
    return ok(standing ? authorizeAnswer({ ...session, mvpd }, standing) : authenticateAnswer(session));
  };
