import type { Clock } from '#src/lib/clock';
import { refuse } from '../errors/refusal.ts';
import type { AdobeState, Session } from '../state.ts';
import type { SwitchReader } from '../switches.ts';

export interface FindSessionDeps {
  readonly state: Pick<AdobeState, 'sessions'>;
  readonly clock: Clock;
  readonly switches: SwitchReader<'wrongCode'>;
}

/** The form of the codes in all samples; a code of any other form is malformed rather than unknown. */
const codePattern = /^[A-Z0-9]{6,7}$/;

const refuseCode = ({ switches }: Pick<FindSessionDeps, 'switches'>, malformed: boolean) => {
  const { wrongCode } = switches.now;
  const blamesParameter = wrongCode === 'parameter' || (wrongCode === 'split' && malformed);
  return refuse(blamesParameter ? 'invalid_parameter_code' : 'invalid_authentication_session');
};

/** The session of a code that is neither expired nor superseded by a newer code of the same device. */
export const findSession = (
  deps: FindSessionDeps,
  { serviceProvider, code }: { serviceProvider: string; code: string | undefined },
): Session => {
  if (code === undefined || !codePattern.test(code)) throw refuseCode(deps, true);
  const session = deps.state.sessions.get(code);
  const live =
    session?.serviceProvider === serviceProvider &&
    (session.status === 'open' || session.status === 'authenticated') &&
    session.notAfter > deps.clock.now();
  if (!live) throw refuseCode(deps, false);
  return session;
};

export const findOpenSession: typeof findSession = (deps, target) => {
  const session = findSession(deps, target);
  if (session.status !== 'open') throw refuseCode(deps, false);
  return session;
};
