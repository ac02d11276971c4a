import type { AdobeContext } from './context.ts';
import { refuse } from './refusal.ts';
import type { Session } from './state.ts';

/** The grammar of all samples; a code of any other form is malformed rather than unknown. */
const grammar = /^[A-Z0-9]{6,7}$/;

/** The session of a code: not expired, and not superseded by a newer code of the same device. */
export const findSession = (
  { state, clock }: Pick<AdobeContext, 'state' | 'clock'>,
  { serviceProvider, code }: { serviceProvider: string; code: string | undefined },
): Session => {
  if (code === undefined || !grammar.test(code)) throw refuse('invalid_parameter_code');
  const session = state.sessions.get(code);
  const live =
    session?.serviceProvider === serviceProvider &&
    session.status !== 'superseded' &&
    session.notAfter > clock.now();
  if (!live) throw refuse('invalid_authentication_session');
  return session;
};

export const findOpenSession: typeof findSession = (context, target) => {
  const session = findSession(context, target);
  if (session.status !== 'open') throw refuse('invalid_authentication_session');
  return session;
};
