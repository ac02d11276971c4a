import type { Session } from '../state.ts';
import type { Switches } from '../switches.ts';
import type { MissingParameter } from './session-parameters.ts';

/** The reasons for which nobody has to sign in any more. */
export type Standing = 'authenticated' | 'authenticatedSSO' | 'temporary' | 'degraded';

/** Why a partner's flow goes the ordinary way. */
export type Fallback = 'pfs_fallback' | 'configuration_fallback';

export const pathOf = (...segments: string[]): string =>
  `/api/v2/${segments.map(encodeURIComponent).join('/')}`;

/** A session's times are decimal strings of epoch milliseconds, unlike a profile's. */
const validity = ({ notBefore, notAfter }: Session) => ({
  notBefore: String(notBefore),
  notAfter: String(notAfter),
});

const named = (missing: readonly MissingParameter[], { domainSpelling }: Switches): string[] =>
  missing.map((name) => (name === 'domainName' ? domainSpelling : name));

/** `session`: where the answer is to repeat its code. */
export const authorizeAnswer = (
  { sessionId, serviceProvider, mvpd }: Pick<Session, 'sessionId' | 'serviceProvider'> & { mvpd: string },
  reasonType: Standing,
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

/** `resume` when the session begins incomplete, `retry` when a resume leaves it so. */
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
    switches: Switches;
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
  { missing, device, switches }: { missing: readonly MissingParameter[]; device: object; switches: Switches },
) => ({
  existingParameters: {
    ...(session.mvpd !== null && { mvpd: session.mvpd }),
    ...(session.domainName !== null && { [switches.domainSpelling]: session.domainName }),
    ...(session.redirectUrl !== null && { redirectUrl: session.redirectUrl }),
    serviceProvider: session.serviceProvider,
  },
  ...(missing.length > 0 && { missingParameters: named(missing, switches) }),
  device,
  ...validity(session),
});
