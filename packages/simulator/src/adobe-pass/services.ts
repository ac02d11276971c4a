import { createUsedTokens } from '#src/media-token-verifier';
import type { PartyContext } from '#src/party';
import type { ServiceTokens } from '#src/service-tokens';
import { createDegradations } from './configuration/degradations.ts';
import { createIntegrations } from './configuration/integrations.ts';
import { createMediaTokens } from './decisions/media-token.ts';
import { createVerdictOverrides } from './decisions/verdict-overrides.ts';
import { createKey } from './key.ts';
import type { MvpdAuthorization, MvpdLogin, PartnerExchange } from './mvpd-ports.ts';
import { createPlatformIdentity } from './platform-sso/platform-identity.ts';
import { createProfileBook } from './profiles/profile-book.ts';
import { createTrials } from './profiles/temp-pass.ts';
import { createUserMetadata } from './profiles/user-metadata.ts';
import { createSsoTokens } from './sso-service/tokens.ts';
import { emptyState } from './state.ts';
import type { SwitchReader } from './switches.ts';

export interface ServicesDeps {
  /** The first login that serves an MVPD is used. */
  readonly logins: readonly MvpdLogin[];
  readonly authorization: MvpdAuthorization;
  readonly partnerExchange: PartnerExchange;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf'>;
  readonly switches: SwitchReader;
}

/** Composes state, keys and domain services; each operation declares the few that it needs. */
export const createServices = (party: PartyContext, deps: ServicesDeps) => {
  const { fixtures, origins, clock, ids, changed } = party;
  const { switches, logins, authorization, partnerExchange, serviceTokens } = deps;
  const state = emptyState();
  const keys = {
    mediaTokenKey: createKey({ changed }),
    userMetadataKey: createKey({ changed }),
    platformKey: createKey({ changed }),
    ssoServiceKey: createKey({ changed }),
  };
  const integrations = createIntegrations({ state, changed });
  return {
    fixtures,
    origins,
    clock,
    ids,
    changed,
    switches,
    state,
    keys,
    logins,
    authorization,
    partnerExchange,
    serviceTokens,
    integrations,
    platformIdentity: createPlatformIdentity({ key: keys.platformKey, clock }),
    ssoTokens: createSsoTokens({ key: keys.ssoServiceKey, clock, switches }),
    mediaTokens: createMediaTokens(keys.mediaTokenKey),
    userMetadata: createUserMetadata({ key: keys.userMetadataKey }),
    degradations: createDegradations({ state, clock, changed }),
    profiles: createProfileBook({ state, fixtures, clock, changed, switches, integrations }),
    trials: createTrials({ state, clock, changed, switches }),
    usedMediaTokens: createUsedTokens(clock),
    verdictOverrides: createVerdictOverrides(),
  };
};

export type AdobeServices = ReturnType<typeof createServices>;
