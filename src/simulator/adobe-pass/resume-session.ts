import { type Call, findMvpd, formOf } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { findOpenSession } from './find-session.ts';
import { degradedBy } from './profile-view.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer, type Standing } from './session-answer.ts';
import { missingOf, readSessionParameters } from './session-parameters.ts';
import type { Session } from './state.ts';

type Context = Pick<
  AdobeContext,
  'fixtures' | 'state' | 'profiles' | 'integrations' | 'degradations' | 'switches' | 'clock' | 'changed'
>;

/** This operation takes no service token, so a subject's SSO profile does not count here. */
const standingOf = (context: Context, session: Session, mvpd: string): Standing | null => {
  if (findMvpd(context, mvpd).isTempPass) return 'temporary';
  const own = context.profiles.regular(session, mvpd);
  if (degradedBy(context, session.serviceProvider, mvpd, own)) return 'degraded';
  return own ? 'authenticated' : null;
};

/** POST /api/v2/{serviceProvider}/sessions/{code}: a second screen brings what the first one lacked. */
export const createResumeSession =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, params } = call;
    const switches = context.switches.now;
    const known = findOpenSession(context, { serviceProvider: serviceProvider.id, code: params['code'] });
    const parameters = readSessionParameters(context, { form: formOf(call), serviceProvider, known });
    const bound = switches.ssoBinding === 'kept' ? {} : { subject: null, platformSubject: null };
    const session: Session = { ...known, ...parameters, ...bound };
    context.state.sessions.set(session.code, session);
    context.changed();

    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    if (mvpd === null || missing.length > 0)
      return ok(incompleteAnswer(session, { actionName: 'retry', missing, switches }));
    const standing = standingOf(context, session, mvpd);
    if (!standing) return ok(authenticateAnswer(session));
    const repeated = switches.codeOnResumedAuthorize ? session : undefined;
    return ok(authorizeAnswer({ ...session, mvpd }, standing, repeated));
  };
