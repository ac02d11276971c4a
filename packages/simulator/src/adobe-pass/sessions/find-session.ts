import type { AdobeContext } from '../context.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../state.ts';

type Context = Pick<AdobeContext, 'state' | 'clock' | 'switches'>;

/** The grammar of all samples; a code of any other form is malformed rather than unknown. */
const grammar = /^[A-Z0-9]{6,7}$/;

const refuseCode = ({ switches }: Context, malformed: boolean) => {
  const { wrongCode } = switches.now;
  const blamesParameter = wrongCode === 'parameter' || (wrongCode === 'split' && malformed);
  return refuse(blamesParameter ? 'invalid_parameter_code' : 'invalid_authentication_session');
};

/** The session of a code: not expired, and not superseded by a newer code of the same device. */
export const findSession = (
  context: Context,
  { serviceProvider, code }: { serviceProvider: string; code: string | undefined },
): Session => {
  if (code === undefined || !grammar.test(code)) throw refuseCode(context, true);
  const session = context.state.sessions.get(code);
  const live =
    session?.serviceProvider === serviceProvider &&
    (session.status === 'open' || session.status === 'authenticated') &&
    session.notAfter > context.clock.now();
  if (!live) throw refuseCode(context, false);
  return session;
};

export const findOpenSession: typeof findSession = (context, target) => {
  const session = findSession(context, target);
  if (session.status !== 'open') throw refuseCode(context, false);
  return session;
};
