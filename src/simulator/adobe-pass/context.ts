import type { Mvpds } from '../mvpd/mvpds.ts';
import type { PartyContext } from '../party.ts';
import type { ServiceTokens } from '../service-tokens.ts';
import type { MediaTokens } from './media-token.ts';
import type { ProfileBook } from './profile-book.ts';
import type { AdobeState } from './state.ts';
import type { Trials } from './temp-pass.ts';

/** What the operations of the simulated Adobe Pass are made of; each takes the part it needs. */
export interface AdobeContext extends PartyContext {
  readonly state: AdobeState;
  readonly profiles: ProfileBook;
  readonly trials: Trials;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf'>;
  /** What becomes of a request whose service token does not hold; the documentation does not say. */
  readonly serviceTokenFault: 'ignore' | 'reject';
  /** The line to the MVPDs that no browser sees. */
  readonly mvpds: Mvpds;
  readonly mediaTokens: Pick<MediaTokens, 'sign'>;
}

/** An operation's answer; the body goes out as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

export const ok = (body: object): Answer => ({ status: 200, body });
