import { type Call, formOf, viewerOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import { standingOf } from '../standing.ts';
import { openSession } from './open-session.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer } from './session-answer.ts';
import { missingOf, readSessionParameters } from './session-parameters.ts';

type Context = Pick<
  AdobeContext,
  | 'fixtures'
  | 'state'
  | 'profiles'
  | 'integrations'
  | 'degradations'
  | 'switches'
  | 'ids'
  | 'clock'
  | 'changed'
>;

/** POST /api/v2/{serviceProvider}/sessions */
export const createCreateSession =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider } = call;
    const switches = context.switches.now;
    const parameters = readSessionParameters(context, { form: formOf(call), serviceProvider });
    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    const standing = mvpd !== null && missing.length === 0 ? standingOf(context, viewerOf(call), mvpd) : null;
    if (mvpd !== null && standing !== null) {
      const withCode = standing === 'authenticatedSSO' && switches.codeOnSsoAuthorize;
      const session = withCode ? openSession(context, call, parameters) : undefined;
      const sessionId = session?.sessionId ?? context.ids.uuid();
      return ok(authorizeAnswer({ sessionId, serviceProvider: serviceProvider.id, mvpd }, standing, session));
    }
    const session = openSession(context, call, parameters);
    if (missing.length === 0) return ok(authenticateAnswer(session));
    return ok(incompleteAnswer(session, { actionName: 'resume', missing, switches }));
  };
