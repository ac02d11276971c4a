/**
 * Adobe Pass as its documentation describes it: dynamic client registration, REST API V2, and the redirects that a
 * viewer's browser follows. It owns every decision about sessions and profiles. It refuses to know how an MVPD
 * signs its subscribers in, and it shares nothing with the gateway that it stands against.
 */
import { z } from 'zod';
import type { Party, PartyContext } from '#src/party';
import type { ServiceTokens } from '#src/service-tokens';
import { createSite, type Route } from '#src/site';
import { createAnswerRefusal } from './answer-refusal.ts';
import type { AdobeContext } from './context.ts';
import { createMediaTokens } from './decisions/media-token.ts';
import { createVerdictScript } from './decisions/verdict-script.ts';
import { createDegradations } from './degradation.ts';
import { createIntegrations } from './integrations.ts';
import { createKey } from './key.ts';
import type { MvpdLogin, PartnerExchange } from './mvpd-ports.ts';
import { createPlatformIdentity, type PlatformIdentity } from './platform-identity.ts';
import { createProfileBook } from './profiles/profile-book.ts';
import { createTrials } from './profiles/temp-pass.ts';
import { createUserMetadata } from './profiles/user-metadata.ts';
import { Refusal, refuse } from './refusal.ts';
import { routesOf } from './routes.ts';
import { documentedPath } from './sample-paths.ts';
import { createSsoTokens } from './sso-service/tokens.ts';
import { dumpState, emptyState, parseState } from './state.ts';
import type { SwitchBoard } from './switches.ts';
import type { XacmlAuthorization } from './xacml/enforcement-point.ts';

/** What the control API turns and reads beyond what a client can. */
export type AdobeInside = Pick<
  AdobeContext,
  'state' | 'profiles' | 'degradations' | 'integrations' | 'verdicts' | 'clock' | 'changed'
> & {
  readonly platformIdentity: PlatformIdentity;
  readonly authorization: XacmlAuthorization;
};

export interface AdobePass extends Party {
  /** PEM; verifies the media tokens. */
  mediaTokenKey(): Promise<string>;
  /** PEM, private; opens user metadata that was encrypted for a generated certificate. */
  userMetadataKey(): Promise<string>;
  readonly inside: AdobeInside;
}

interface Deps {
  readonly logins: readonly MvpdLogin[];
  readonly authorization: XacmlAuthorization;
  readonly partnerExchange: PartnerExchange;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf' | 'adopt'>;
  readonly switches: Pick<SwitchBoard, 'now'>;
  /** Routes that share the origin without being Adobe's. */
  readonly alongside: readonly Route[];
}

const savedSchema = z.object({
  mediaTokenKey: z.string().nullable(),
  userMetadataKey: z.string().nullable().default(null),
  platformKey: z.string().nullable().default(null),
  ssoServiceKey: z.string().nullable().default(null),
  state: z.json(),
});

const createKeys = (party: PartyContext) => ({
  mediaTokenKey: createKey(party),
  userMetadataKey: createKey(party),
  platformKey: createKey(party),
  ssoServiceKey: createKey(party),
});

const buildContext = (party: PartyContext, deps: Deps, keys: ReturnType<typeof createKeys>) => {
  const { clock, changed } = party;
  const { switches } = deps;
  const state = emptyState();
  const integrations = createIntegrations({ state, changed });
  return {
    ...{ ...party, ...deps, state, integrations },
    platformIdentity: createPlatformIdentity({ key: keys.platformKey, clock }),
    ssoTokens: createSsoTokens({ key: keys.ssoServiceKey, clock, switches }),
    mediaTokens: createMediaTokens(keys.mediaTokenKey),
    userMetadata: createUserMetadata({ key: keys.userMetadataKey }),
    degradations: createDegradations({ state, clock, changed }),
    profiles: createProfileBook({ ...party, state, switches, integrations }),
    trials: createTrials({ state, clock, changed, switches }),
    verdicts: createVerdictScript(),
  };
};

export const createAdobePass = (party: PartyContext, deps: Deps): AdobePass => {
  const { changed } = party;
  const { switches } = deps;
  const keys = createKeys(party);
  const context = buildContext(party, deps, keys);
  const { state, verdicts } = context;
  deps.serviceTokens.adopt(context.ssoTokens.vouches);
  const answerRefusal = createAnswerRefusal(context);
  const site = createSite([...routesOf(context), ...deps.alongside], {
    unknown: (ctx, methods) => {
      if (methods.length > 0) ctx.set('Allow', methods.join(', '));
      answerRefusal(ctx, refuse(methods.length > 0 ? 'method_not_allowed' : 'not_found'));
    },
    failed: (ctx, error) =>
      answerRefusal(ctx, error instanceof Refusal ? error : refuse('internal_server_error')),
  });
  const meant = (path: string): string =>
    switches.now.samplePaths === 'accepted' ? documentedPath(path) : path;
  return {
    name: 'adobe',
    operationOf: (method, path) => site.operationOf(method, meant(path)),
    handle: (request, response) => {
      const [path = '', ...query] = (request.url ?? '').split('?');
      request.url = [meant(path), ...query].join('?');
      site.handle(request, response);
    },
    mediaTokenKey: keys.mediaTokenKey.publicKey,
    userMetadataKey: keys.userMetadataKey.privateKey,
    inside: context,
    snapshot: () => ({
      mediaTokenKey: keys.mediaTokenKey.snapshot(),
      userMetadataKey: keys.userMetadataKey.snapshot(),
      platformKey: keys.platformKey.snapshot(),
      ssoServiceKey: keys.ssoServiceKey.snapshot(),
      state: dumpState(state),
    }),
    restore: (saved) => {
      const { state: savedState, ...savedKeys } = savedSchema.parse(saved);
      for (const name of ['mediaTokenKey', 'userMetadataKey', 'platformKey', 'ssoServiceKey'] as const)
        keys[name].restore(savedKeys[name]);
      Object.assign(state, parseState(savedState));
    },
    reset: () => {
      Object.assign(state, emptyState());
      verdicts.clear();
      deps.authorization.reset();
      changed();
    },
  };
};
