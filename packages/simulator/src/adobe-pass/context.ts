import type { PartyContext } from '#src/party';
import type { ServiceTokens } from '#src/service-tokens';
import type { MediaTokens } from './decisions/media-token.ts';
import type { VerdictScript } from './decisions/verdict-script.ts';
import type { Degradations } from './degradation.ts';
import type { Integrations } from './integrations.ts';
import type { MvpdAuthorization, MvpdLogin, PartnerExchange } from './mvpd-ports.ts';
import type { PlatformIdentity } from './platform-identity.ts';
import type { ProfileBook } from './profiles/profile-book.ts';
import type { Trials } from './profiles/temp-pass.ts';
import type { UserMetadataOf } from './profiles/user-metadata.ts';
import type { SsoTokens } from './sso-service/tokens.ts';
import type { AdobeState } from './state.ts';
import type { SwitchBoard } from './switches.ts';

/** What the operations of the simulated Adobe Pass are made of; each takes the part it needs. */
export interface AdobeContext extends PartyContext {
  readonly state: AdobeState;
  readonly switches: Pick<SwitchBoard, 'now'>;
  readonly profiles: ProfileBook;
  readonly trials: Trials;
  readonly integrations: Integrations;
  readonly degradations: Degradations;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf'>;
  /** Those that the SSO Service issues itself. */
  readonly ssoTokens: SsoTokens;
  readonly platformIdentity: Pick<PlatformIdentity, 'subjectOf'>;
  readonly userMetadata: UserMetadataOf;
  /** The ways to sign in; the first that serves an MVPD is its own. */
  readonly logins: readonly MvpdLogin[];
  /** The line to the MVPDs that no browser sees. */
  readonly authorization: MvpdAuthorization;
  readonly verdicts: VerdictScript;
  readonly partnerExchange: PartnerExchange;
  readonly mediaTokens: MediaTokens;
}

/** An operation's answer; the body goes out as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

export const ok = (body: object): Answer => ({ status: 200, body });
