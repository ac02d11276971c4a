import type { SigningKeys } from '#src/xml/keys';
import type { AssertionFaultKind } from './saml/assertion-faults.ts';
import type { createFramework } from './saml/framework.ts';
import type { Session } from './sessions.ts';
import type { Subjects } from './subjects.ts';
import type { AuthorizationFaultKind } from './xacml/authorization-faults.ts';

/** The interface of the MVPDs to the rest of the simulated world, without a browser in between. */
export interface Mvpds {
  /** The keys of an MVPD, or of the proxy that signs for it; Adobe trusts the public half. */
  keysOf(runner: string): SigningKeys;
  readonly subjects: Subjects;
  /** Registers a listener for sessions that end explicitly. */
  whenSessionEnds(listener: (session: Session) => void): void;
  /** A platform's account framework: Base64 of an MVPD's Response; null if it cannot sign the user in. */
  readonly framework: ReturnType<typeof createFramework>;
}

/** What the control API reads and changes. */
export interface MvpdControl {
  sessions(): readonly Session[];
  /** Signs one subscriber, or all, out at the MVPD. Returns the number of sessions that ended. */
  endSessions(mvpd: string, userId?: string): number;
  /** Makes the MVPD's next `times` assertions invalid, or all of them. Returns a function that removes the fault. */
  injectAssertionFault(mvpd: string, kind: AssertionFaultKind, times?: number): () => void;
  clearAssertionFaults(): void;
  /** Makes the MVPD's next `times` authorization responses invalid, or all; returns as above. */
  injectAuthorizationFault(mvpd: string, kind: AuthorizationFaultKind, times?: number): () => void;
  clearAuthorizationFaults(): void;
}
