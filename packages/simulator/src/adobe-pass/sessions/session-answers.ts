import type { Session } from '../state.ts';
import type { Switches } from '../switches.ts';
import type { MissingParameter } from './session-parameters.ts';

/** The `reasonType` of an answer that needs no authentication. */
export type AuthorizeReason = 'authenticated' | 'authenticatedSSO' | 'temporary' | 'degraded';

/** Why the partner flow falls back to basic authentication. */
export type Fallback = 'pfs_fallback' | 'configuration_fallback';

type Spelling = Pick<Switches, 'domainSpelling'>;

export const pathOf = (...segments: string[]): string =>
  `/api/v2/${segments.map(encodeURIComponent).join('/')}`;

/** A session's times are decimal strings of epoch milliseconds, unlike a profile's. */
const validity = ({ notBefore, notAfter }: Session) => ({
  notBefore: String(notBefore),
  notAfter: String(notAfter),
});

const named = (missing: readonly MissingParameter[], { domainSpelling }: Spelling): string[] =>
  missing.map((name) => (name === 'domainName' ? domainSpelling : name));

/** `session`: set if the answer repeats the session's code. */
export const authorizeAnswer = (
  { sessionId, serviceProvider, mvpd }: Pick<Session, 'sessionId' | 'serviceProvider'> & { mvpd: string },
  reasonType: AuthorizeReason,
  session?: Session,
) => ({
  actionName: 'authorize',
  actionType: 'direct',
  reasonType,
  url: pathOf(serviceProvider, 'decisions', 'authorize', mvpd),
  ...(session && { code: session.code }),
  sessionId,
  mvpd,
  serviceProvider,
  ...(session && validity(session)),
});

export const authenticateAnswer = (session: Session, reasonType: 'none' | Fallback = 'none') => ({
  actionName: 'authenticate',
  actionType: 'interactive',
  reasonType,
  url: pathOf('authenticate', session.serviceProvider, session.code),
  code: session.code,
  sessionId: session.sessionId,
  ...(session.mvpd !== null && { mvpd: session.mvpd }),
  serviceProvider: session.serviceProvider,
  ...validity(session),
});

/** `resume` for a new session with missing parameters, `retry` if they are still missing after a resume. */
export const incompleteAnswer = (
  session: Session,
  {
    actionName,
    missing,
    switches,
    reasonType = 'none',
  }: {
    actionName: 'resume' | 'retry';
    missing: readonly MissingParameter[];
    switches: Spelling;
    reasonType?: 'none' | 'missing_parameters_fallback';
  },
) => ({
  actionName,
  actionType: 'direct',
  reasonType,
  missingParameters: named(missing, switches),
  url: pathOf(session.serviceProvider, 'sessions', session.code),
  code: session.code,
  sessionId: session.sessionId,
  ...(session.mvpd !== null && { mvpd: session.mvpd }),
  serviceProvider: session.serviceProvider,
  ...validity(session),
});

export const statusAnswer = (
  session: Session,
  {
    missing,
    device,
    switches,
  }: {
    missing: readonly MissingParameter[];
    device: object;
    switches: Spelling & Pick<Switches, 'sessionStatusMembers'>;
  },
) => {
  const existingParameters = {
    ...(session.mvpd !== null && { mvpd: session.mvpd }),
    ...(session.domainName !== null && { [switches.domainSpelling]: session.domainName }),
    ...(session.redirectUrl !== null && { redirectUrl: session.redirectUrl }),
    serviceProvider: session.serviceProvider,
  };
  const missingParameters = missing.length > 0 ? named(missing, switches) : undefined;
  const parameters =
    switches.sessionStatusMembers === 'flow'
      ? { existing: existingParameters, missing: missingParameters }
      : { existingParameters, missingParameters };
  return { ...parameters, device, ...validity(session) };
};
