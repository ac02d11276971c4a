import type { SigningKeys } from '#src/xml/keys';
import type { BendName } from './saml/assertion-faults.ts';
import type { createFramework } from './saml/framework.ts';
import type { Session } from './sessions.ts';
import type { Subjects } from './subjects.ts';
import type { AnswerBend } from './xacml/authorization-faults.ts';

/** What the MVPDs are to the rest of the simulated world, without a browser in between. */
export interface Mvpds {
  /** Of an MVPD, or of the proxy that signs for it; the public half is what it handed to Adobe. */
  keysOf(runner: string): SigningKeys;
  readonly subjects: Subjects;
  /** From now on `hear` is told of every session that is brought to an end. */
  whenSessionEnds(hear: (session: Session) => void): void;
  /** What a platform's account framework brings from an MVPD: Base64 of a Response; null for nobody. */
  readonly framework: ReturnType<typeof createFramework>;
}

/** What a script may do to the MVPDs. */
export interface MvpdControl {
  sessions(): readonly Session[];
  /** Signs the subscriber, or everybody, out at the MVPD; answers how many sessions ended. */
  endSessions(mvpd: string, userId?: string): number;
  /** The MVPD's next `times` assertions are wrong in this way; for ever unless given. Answers how to take it back. */
  bendAssertions(mvpd: string, bend: BendName, times?: number): () => void;
  straightenAssertions(): void;
  /** The same with its answers about authorization. */
  bendAnswers(mvpd: string, bend: AnswerBend, times?: number): () => void;
  straightenAnswers(): void;
}
