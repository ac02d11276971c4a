import type { Session } from './state.ts';

/** The reasons for which nobody has to sign in any more. */
export type Standing = 'authenticated' | 'authenticatedSSO' | 'temporary';

const path = (...segments: string[]): string => `/api/v2/${segments.map(encodeURIComponent).join('/')}`;

/** A session's times are decimal strings of epoch milliseconds, unlike a profile's. */
const validity = ({ notBefore, notAfter }: Session) => ({
  notBefore: String(notBefore),
  notAfter: String(notAfter),
});

export const authorizeAnswer = (
  { sessionId, serviceProvider, mvpd }: Pick<Session, 'sessionId' | 'serviceProvider'> & { mvpd: string },
  reasonType: Standing,
) => ({
  actionName: 'authorize',
  actionType: 'direct',
  reasonType,
  url: path(serviceProvider, 'decisions', 'authorize', mvpd),
  sessionId,
  mvpd,
  serviceProvider,
});

export const authenticateAnswer = (session: Session) => ({
  actionName: 'authenticate',
  actionType: 'interactive',
  reasonType: 'none',
  url: path('authenticate', session.serviceProvider, session.code),
  code: session.code,
  sessionId: session.sessionId,
  ...(session.mvpd !== null && { mvpd: session.mvpd }),
  serviceProvider: session.serviceProvider,
  ...validity(session),
});

/** `resume` when the session begins incomplete, `retry` when a resume leaves it so. */
export const incompleteAnswer = (
  session: Session,
  actionName: 'resume' | 'retry',
  missing: readonly string[],
) => ({
  actionName,
  actionType: 'direct',
  reasonType: 'none',
  missingParameters: missing,
  url: path(session.serviceProvider, 'sessions', session.code),
  code: session.code,
  sessionId: session.sessionId,
  ...(session.mvpd !== null && { mvpd: session.mvpd }),
  serviceProvider: session.serviceProvider,
  ...validity(session),
});

export const statusAnswer = (session: Session, missing: readonly string[], device: object) => ({
  existingParameters: {
    ...(session.mvpd !== null && { mvpd: session.mvpd }),
    ...(session.domainName !== null && { domainName: session.domainName }),
    ...(session.redirectUrl !== null && { redirectUrl: session.redirectUrl }),
    serviceProvider: session.serviceProvider,
  },
  ...(missing.length > 0 && { missingParameters: missing }),
  device,
  ...validity(session),
});
